#include "accounts/logic/cbor.h"

#include <algorithm>

namespace regard::accounts {
namespace {

constexpr int deepest = 6;  // an attestation's statement holds lists of certificates in a map in a map

/// Initial byte and argument: RFC 8949 section 3.
struct Head {
  unsigned major = 0;
  std::uint64_t argument = 0;
};

std::optional<Head> take_head(crypto::BytesView& rest) {
  if (rest.empty()) return std::nullopt;
  const unsigned initial = rest.front();
  rest = rest.subspan(1);
  Head head{initial >> 5U, initial & 31U};
  if (head.argument < 24) return head;
  if (head.argument > 27) return std::nullopt;  // indefinite lengths and what is reserved
  const std::size_t size = std::size_t{1} << (head.argument - 24);
  if (rest.size() < size) return std::nullopt;
  head.argument = 0;
  for (const std::uint8_t byte : rest.first(size)) head.argument = head.argument << 8U | byte;
  rest = rest.subspan(size);
  return head;
}

std::optional<CborItem> take(crypto::BytesView& rest, int depth);

std::optional<CborItem> take_many(crypto::BytesView& rest, CborItem item, std::uint64_t count, int depth) {
  // Each has a byte at least: who promises more lies, and reserves no memory.
  if (depth == 0 || count > rest.size()) return std::nullopt;
  for (std::uint64_t i = 0; i < count; ++i) {
    auto one = take(rest, depth - 1);
    if (!one) return std::nullopt;
    item.items.push_back(std::move(*one));
  }
  return item;
}

std::optional<CborItem> take(crypto::BytesView& rest, int depth) {
  using enum CborItem::Kind;
  const auto head = take_head(rest);
  if (!head) return std::nullopt;
  CborItem item;
  switch (head->major) {
    case 0:
    case 1:
      if (head->argument > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
      item.number = static_cast<std::int64_t>(head->argument);
      if (head->major == 1) item.number = -1 - item.number;
      return item;
    case 2:
    case 3:
      if (head->argument > rest.size()) return std::nullopt;
      item.kind = head->major == 2 ? bytes : text;
      item.bytes = rest.first(head->argument);
      rest = rest.subspan(head->argument);
      return item;
    case 4:
      item.kind = list;
      return take_many(rest, std::move(item), head->argument, depth);
    case 5:
      item.kind = map;
      if (head->argument > rest.size()) return std::nullopt;
      return take_many(rest, std::move(item), 2 * head->argument, depth);
    case 7:
      item.kind = simple;
      return item;
    default:
      return std::nullopt;
  }
}

}  // namespace

const CborItem* CborItem::at(std::int64_t key) const {
  for (std::size_t i = 0; kind == Kind::map && i + 1 < items.size(); i += 2)
    if (items[i].kind == Kind::number && items[i].number == key) return &items[i + 1];
  return nullptr;
}

const CborItem* CborItem::at(std::string_view key) const {
  for (std::size_t i = 0; kind == Kind::map && i + 1 < items.size(); i += 2)
    if (items[i].kind == Kind::text && std::ranges::equal(items[i].bytes, crypto::bytes_of(key))) return &items[i + 1];
  return nullptr;
}

std::optional<CborItem> take_cbor(crypto::BytesView& rest) { return take(rest, deepest); }

}  // namespace regard::accounts
