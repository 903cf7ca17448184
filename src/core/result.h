// How expected failures travel: Result<T>, and an Error that tells an operator what to do.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace regard {

/// What kind of failure it was, so that callers can react without reading text.
enum class ErrorKind {
  invalid_input,  ///< the file, option or message given is wrong and will stay wrong
  not_found,      ///< nothing is there under that name
  unavailable,    ///< a device, host or service does not answer now; trying again may help
  denied,         ///< credentials or rights are missing
  corrupt,        ///< the bytes are not what they claim to be
  unsupported,    ///< valid, but not something this build can do
  limit,          ///< a stated limit (size, count, time) would be exceeded
};

/// One failure, said in three parts that are printed as one line. Immutable after construction.
struct Error {
  ErrorKind kind{};
  std::string doing;   ///< what was being done, to what: "opening video file lobby.mp4"
  std::string cause;   ///< why it did not work: "the file is empty"
  std::string remedy;  ///< what the operator can do: "record it again or choose another file"

  /// "opening video file lobby.mp4: the file is empty; record it again or choose another file"
  [[nodiscard]] std::string message() const;
};

template <typename T>
using Result = tl::expected<T, Error>;

/// Shorthand for returning a failure: `return fail(ErrorKind::corrupt, "reading x", "zero bytes", "choose another")`.
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string doing, std::string cause,
                                                std::string remedy) {
  return tl::unexpected<Error>{Error{kind, std::move(doing), std::move(cause), std::move(remedy)}};
}

/// Hands a failure of one Result on through a function that returns another.
template <typename T>
[[nodiscard]] tl::unexpected<Error> pass_on(Result<T>&& failed) {
  return tl::unexpected<Error>{std::move(failed).error()};
}

}  // namespace regard
