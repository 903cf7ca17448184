// What the parts of the Doorkeeper share.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "core/core.h"
#include "crypto/crypto.h"

namespace regard::accounts {

/// 256 random bits: cannot be guessed, so they are found by their digest without comparing in constant time.
inline std::string new_token() { return crypto::to_base64url(crypto::random_bytes(32)); }
inline std::string digest_of(std::string_view text) { return crypto::to_hex(crypto::sha256(crypto::bytes_of(text))); }

inline tl::unexpected<Error> nobody(const std::string& doing) {
  return fail(ErrorKind::not_found, doing, "there is none of that id", "look at the list");
}

/// What people call a key or a passkey.
inline bool is_label(const std::string& label) {
  const bool is_printable = std::ranges::none_of(label, [](char c) { return static_cast<unsigned char>(c) < ' '; });
  return !label.empty() && label.size() <= 100 && is_printable;
}
inline tl::unexpected<Error> wrong_label(const std::string& doing) {
  return fail(ErrorKind::invalid_input, doing, "its label is empty or too long", "say in a few words what it is for");
}

}  // namespace regard::accounts
