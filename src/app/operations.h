// The operations of the API: what there is, where, and who may. Pure.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "accounts/accounts.h"
#include "serve/serve.h"

namespace regard::app {

enum class Access {
  everybody,  ///< also who did not log in: nothing but health, the page's files, the public notice and the login
  logged_in,  ///< whoever was let in
  by_action,  ///< whoever may `Operation::action`
};

/// One operation; `id` is operationId of api/openapi.yaml.
struct Operation {
  std::string_view id;
  serve::Method method{};
  std::string_view path;
  Access access{};
  accounts::Action action{};  ///< of `by_action`
};

[[nodiscard]] std::span<const Operation> operations();
/// Whether everybody may know that there is something at `path`: other places are hidden from whoever was not let in.
[[nodiscard]] bool is_open_to_everybody(std::string_view path);
/// Whether somebody, or nobody in particular, may use an operation.
[[nodiscard]] bool may_use(const Operation& operation, const accounts::Principal* who);

}  // namespace regard::app
