// The part of CBOR (RFC 8949) that authenticators write: definite lengths, no tags. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "crypto/crypto.h"

namespace regard::accounts {

/// One item. Views point into what was read.
struct CborItem {
  enum class Kind { number, bytes, text, list, map, simple } kind{};
  std::int64_t number = 0;
  crypto::BytesView bytes;      ///< of bytes and texts
  std::vector<CborItem> items;  ///< of a map: key, value, key, value

  /// A value of a map, by its key. Null: this is no map, or has no such key.
  [[nodiscard]] const CborItem* at(std::int64_t key) const;
  [[nodiscard]] const CborItem* at(std::string_view key) const;
};

/// Takes one item from the front of `rest`. Nothing when there is none, or when it nests deeper than anything that an
/// authenticator writes; `rest` is then of no use.
[[nodiscard]] std::optional<CborItem> take_cbor(crypto::BytesView& rest);

}  // namespace regard::accounts
