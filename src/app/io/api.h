// Requests made into what the commands do: who asks, whether they may, and the same functions underneath.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "accounts/accounts.h"
#include "app/cameras.h"
#include "app/data_folder.h"
#include "app/io/answers.h"
#include "app/networks.h"
#include "app/operations.h"
#include "app/outlets.h"
#include "app/people.h"
#include "app/server.h"
#include "serve/serve.h"

namespace regard::app {

/// One request of somebody who may.
struct Call {
  const serve::Request& request;
  const serve::Parameters& parameters;
  const accounts::Principal* who;  ///< null: nobody in particular
  Json body;                       ///< an object; of requests that have one

  /// A text of the body; empty when it is missing. Errors: invalid_input (something else).
  [[nodiscard]] Result<std::string> text(const char* name) const;
  /// The same, which must be there.
  [[nodiscard]] Result<std::string> needed(const char* name) const;
  [[nodiscard]] Result<std::vector<std::string>> texts(const char* name) const;
  [[nodiscard]] Result<bool> flag(const char* name) const;
  [[nodiscard]] Result<std::optional<double>> number(const char* name) const;
  /// Errors: invalid_input, when the body has a field of another name.
  [[nodiscard]] Result<void> only(std::initializer_list<std::string_view> names) const;
  /// The person that the path names. Errors: not_found.
  [[nodiscard]] Result<consent::Subject> person(DataFolder& data) const;
  /// A whole number of the query. Errors: invalid_input.
  [[nodiscard]] Result<std::uint64_t> query(const std::string& name, std::uint64_t otherwise, std::uint64_t most) const;
};

[[nodiscard]] serve::Response json_response(const Json& json, int status = 200);
[[nodiscard]] serve::Response text_response(std::string type, std::string body);
[[nodiscard]] serve::Response no_content();

/// A login's answer: who it is, and the cookie.
[[nodiscard]] serve::Response logged_in(const accounts::Login& login);
/// "limit" waits: 429 says so, where the stage would say that something is too large.
[[nodiscard]] serve::Response refused(const Error& error);
/// The same of a login: whoever was not let in is nobody.
[[nodiscard]] serve::Response not_let_in(const Error& error);

/// A session's token travels in this cookie.
inline constexpr const char* session_cookie = "regard_session";
/// Empty when the request has none.
[[nodiscard]] std::string session_of(const serve::Request& request);

/// What an operation does. An error becomes its problem.
using Handle = std::function<Result<serve::Response>(const Call&)>;

/// What all handlers share; must outlive the Api.
struct ApiSurroundings {
  DataFolder& data;
  Cameras& cameras;
  accounts::Doorkeeper& doorkeeper;
  NetworkOptions networks;
  Notice notice;
  std::shared_ptr<serve::Channel> events;
  Outlets& outlets;
  std::function<std::string(const std::string&)> told;  ///< an event of the channel as a listener hears it now
  std::function<std::string()> metrics;
  std::string origin{};     ///< of the page, as passkeys know it; empty: only on localhost
  Scheme scheme{};          ///< in which requests come
  bool is_loopback = true;  ///< then requests that name another host are refused
};

/// Answers requests. Internally locked: any thread.
class Api {
 public:
  explicit Api(const ApiSurroundings& surroundings);
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  [[nodiscard]] serve::Response answer(const serve::Request& request);
  /// How long a body may be: pictures only of who was let in.
  [[nodiscard]] std::size_t longest_body(const serve::Request& request);

 private:
  /// An answer that was given to an Idempotency-Key.
  struct Given {
    std::string digest;  ///< of the request
    Timestamp at;
    std::optional<serve::Response> response;  ///< empty: still being made
  };

  void on(std::string_view id, Handle handle);
  void add_page();
  void add_notice();
  void add_accounts();
  void add_second_factor();
  void add_passkeys();
  void add_cameras();
  void add_people();
  void add_recognition();
  void add_watchlists();
  void add_log();
  void add_sinks();
  [[nodiscard]] serve::Response guarded(const Operation& operation, const Handle& handle, const serve::Request& request,
                                        const serve::Parameters& parameters);
  [[nodiscard]] std::optional<accounts::Principal> who_asks(const serve::Request& request);
  [[nodiscard]] serve::Response once(const Operation& operation, const Handle& handle, const Call& call);
  [[nodiscard]] std::function<bool()> still_may(const serve::Request& request, accounts::Action action);
  [[nodiscard]] Result<std::shared_ptr<const PictureNetworks>> picture_networks();
  [[nodiscard]] Result<std::vector<FacePicture>> faces_in(const Json& images);
  [[nodiscard]] Result<void> keep_cameras();

  ApiSurroundings surroundings_;
  DataFolder& data_;
  accounts::Doorkeeper& doorkeeper_;
  serve::Router router_;
  std::mutex mutex_;  ///< of what follows
  std::map<std::string, Given> given_;
  std::shared_ptr<const PictureNetworks> networks_;
  std::mutex keeping_;  ///< of the file of cameras
};

}  // namespace regard::app
