// What an address says before anything is opened. Pure.
#pragma once

#include <string>
#include <string_view>

#include "capture/capture.h"

namespace regard::capture {

enum class AddressForm { path, device, network, cast, unknown };

/// An address taken apart. `location` never holds user name or password.
struct Address {
  AddressForm form = AddressForm::path;
  std::string scheme;    ///< lower case, without "://"; empty for a path
  std::string location;  ///< the path, the device, the address without credentials, or the scene after "cast:"
  Credentials credentials;
};

[[nodiscard]] Address read_address(std::string_view text);

/// `address` with `credentials` percent-encoded into it, in the form FFmpeg wants. Never to be printed.
[[nodiscard]] std::string with_credentials(const Address& address, const Credentials& credentials);

/// FFmpeg protocols that an address of `scheme` may lead to, comma separated: a playlist from the network must not be
/// able to name a local file.
[[nodiscard]] std::string protocols_for(std::string_view scheme);

/// The schemes that `open_source` knows, for error messages.
[[nodiscard]] std::string known_schemes();

/// `text` with every user name, password and secret query value in the addresses inside it replaced.
[[nodiscard]] std::string redact(std::string_view text);

/// "a b" of "a%20b"; what is no valid escape stays.
[[nodiscard]] std::string percent_decode(std::string_view text);

/// Orders "image2.png" before "image10.png": runs of digits compare as numbers.
[[nodiscard]] bool naturally_before(std::string_view a, std::string_view b);

}  // namespace regard::capture
