// What is left of deleted bytes. SQLite overwrites what it deletes, but rows that it moved between pages before may
// have left copies, or pieces of them, in unused places of a page; so after an erasure the file is searched for what
// was erased.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <vector>

#include "crypto/crypto.h"

namespace regard::store {

/// Bytes to look for, as a set of words of eight bytes. A word that is elsewhere by accident costs a needless rewrite
/// of the file, nothing else. Confined.
class Traces {
 public:
  /// Random-looking bytes (ciphertext): any 15 of them in a row will be found, because every aligned word is looked
  /// for.
  void add_random(crypto::BytesView bytes);
  /// A text, which stands in the file between `before` and `after`: any eight bytes that hold one of its bytes will be
  /// found, except for those that `others`, the texts of the same kind that stay, have in common with it.
  void add_text(crypto::BytesView before, crypto::BytesView text, crypto::BytesView after, crypto::BytesView others);

  /// Whether any of it is in `bytes`.
  [[nodiscard]] bool found_in(crypto::BytesView bytes) const;
  /// Nothing was added.
  [[nodiscard]] bool empty() const { return empty_; }
  /// So many that rewriting the file is cheaper than looking.
  [[nodiscard]] bool too_many() const { return words_.size() > most_words; }

  /// Blocks of one file must overlap by so many bytes.
  static constexpr std::size_t overlap = 7;

 private:
  static constexpr std::size_t most_words = 1'000'000;

  void add_word(std::uint64_t word);

  std::unordered_set<std::uint64_t> words_;
  std::vector<bool> maybe_;  ///< a filter in front of `words_`, by the word's hash
  bool empty_ = true;
};

}  // namespace regard::store
