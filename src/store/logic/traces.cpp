#include "store/logic/traces.h"

#include <algorithm>
#include <cstring>

namespace regard::store {
namespace {

constexpr std::size_t word_size = 8;
static_assert(Traces::overlap == word_size - 1);
constexpr unsigned filter_bits = 22;

std::uint64_t word_at(const std::uint8_t* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, word_size);
  return word;
}

/// Fibonacci hashing (Knuth, The Art of Computer Programming, vol. 3, section 6.4).
std::size_t filter_place(std::uint64_t word) { return (word * 0x9E3779B97F4A7C15ULL) >> (64 - filter_bits); }

/// Unused places are full of zeros.
bool is_plain(crypto::BytesView word) {
  return std::ranges::all_of(word, [&](std::uint8_t byte) { return byte == word.front(); });
}

}  // namespace

void Traces::add_word(std::uint64_t word) {
  if (maybe_.empty()) maybe_.resize(std::size_t{1} << filter_bits);
  words_.insert(word);
  maybe_[filter_place(word)] = true;
}

void Traces::add_random(crypto::BytesView bytes) {
  empty_ = false;
  for (std::size_t at = 0; at + word_size <= bytes.size() && !too_many(); at += word_size) {
    const crypto::BytesView word = bytes.subspan(at, word_size);
    if (!is_plain(word)) add_word(word_at(word.data()));
  }
}

void Traces::add_text(crypto::BytesView before, crypto::BytesView text, crypto::BytesView after,
                      crypto::BytesView others) {
  empty_ = false;
  // The text with so much around it that every word here holds a byte of it.
  before = before.last(std::min(before.size(), word_size - 1));
  after = after.first(std::min(after.size(), word_size - 1));
  crypto::Bytes context{before.begin(), before.end()};
  context.insert(context.end(), text.begin(), text.end());
  context.insert(context.end(), after.begin(), after.end());
  if (text.empty()) return;

  std::unordered_set<std::uint64_t> words;
  for (std::size_t at = 0; at + word_size <= context.size(); ++at) {
    const crypto::BytesView word{&context[at], word_size};
    if (!is_plain(word)) words.insert(word_at(word.data()));
  }
  for (std::size_t at = 0; at + word_size <= others.size(); ++at) words.erase(word_at(&others[at]));
  for (const std::uint64_t word : words) add_word(word);
}

bool Traces::found_in(crypto::BytesView bytes) const {
  if (words_.empty()) return false;
  for (std::size_t at = 0; at + word_size <= bytes.size(); ++at) {
    const std::uint64_t word = word_at(&bytes[at]);
    if (maybe_[filter_place(word)] && words_.contains(word)) return true;
  }
  return false;
}

}  // namespace regard::store
