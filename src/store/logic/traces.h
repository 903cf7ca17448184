// What is left of deleted bytes. SQLite overwrites what it deletes, but rows that it moved between pages before may
// have left copies in unused places of a page; so after an erasure the file is searched for what was erased.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "crypto/crypto.h"

namespace regard::store {

/// A set of byte strings to look for. Confined.
class Traces {
 public:
  /// Random-looking bytes (ciphertext): any 15 of them in a row are found, because every aligned word of eight is
  /// looked for. Two equal words by accident cost a needless rewrite of the file, nothing else.
  void add_random(crypto::BytesView bytes);
  /// Bytes that are found as a whole. Fewer than eight are ignored: they are everywhere.
  void add_text(crypto::BytesView bytes);

  /// Whether any of them is in `bytes`.
  [[nodiscard]] bool found_in(crypto::BytesView bytes) const;
  /// Blocks of one file must overlap by so many bytes.
  [[nodiscard]] std::size_t overlap() const { return longest_; }
  /// Nothing was added.
  [[nodiscard]] bool empty() const { return empty_; }
  /// So many that rewriting the file is cheaper than looking.
  [[nodiscard]] bool too_many() const { return words_.size() > most_words; }

 private:
  static constexpr std::size_t most_words = 1'000'000;

  void add_word(std::uint64_t word, std::size_t text);
  [[nodiscard]] bool matches(std::uint64_t word, crypto::BytesView rest) const;

  std::unordered_multimap<std::uint64_t, std::size_t> words_;  ///< to a text, or to no_text
  std::vector<crypto::Bytes> texts_;
  std::vector<bool> maybe_;  ///< a filter in front of `words_`, by the word's hash
  std::size_t longest_ = 8;
  bool empty_ = true;
};

}  // namespace regard::store
