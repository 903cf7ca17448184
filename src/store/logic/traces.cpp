#include "store/logic/traces.h"

#include <algorithm>
#include <cstring>

namespace regard::store {
namespace {

constexpr std::size_t word_size = 8;
constexpr std::size_t no_text = SIZE_MAX;
constexpr unsigned filter_bits = 22;

std::uint64_t word_at(const std::uint8_t* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, word_size);
  return word;
}

/// Fibonacci hashing (Knuth, The Art of Computer Programming, vol. 3, section 6.4).
std::size_t filter_place(std::uint64_t word) { return (word * 0x9E3779B97F4A7C15ULL) >> (64 - filter_bits); }

}  // namespace

void Traces::add_word(std::uint64_t word, std::size_t text) {
  if (maybe_.empty()) maybe_.resize(std::size_t{1} << filter_bits);
  words_.emplace(word, text);
  maybe_[filter_place(word)] = true;
}

void Traces::add_random(crypto::BytesView bytes) {
  empty_ = false;
  for (std::size_t at = 0; at + word_size <= bytes.size() && !too_many(); at += word_size) {
    const crypto::BytesView word = bytes.subspan(at, word_size);
    const bool plain = std::ranges::all_of(word, [&](std::uint8_t byte) { return byte == word.front(); });
    if (!plain) add_word(word_at(word.data()), no_text);  // unused places are full of zeros
  }
}

void Traces::add_text(crypto::BytesView bytes) {
  empty_ = false;
  if (bytes.size() < word_size) return;
  texts_.emplace_back(bytes.begin(), bytes.end());
  longest_ = std::max(longest_, bytes.size());
  add_word(word_at(bytes.data()), texts_.size() - 1);
}

bool Traces::matches(std::uint64_t word, crypto::BytesView rest) const {
  const auto [begin, end] = words_.equal_range(word);
  return std::any_of(begin, end, [&](const auto& found) {
    if (found.second == no_text) return true;
    const crypto::Bytes& text = texts_[found.second];
    return text.size() <= rest.size() && std::equal(text.begin(), text.end(), rest.begin());
  });
}

bool Traces::found_in(crypto::BytesView bytes) const {
  if (words_.empty()) return false;
  for (std::size_t at = 0; at + word_size <= bytes.size(); ++at) {
    const std::uint64_t word = word_at(&bytes[at]);
    if (maybe_[filter_place(word)] && matches(word, bytes.subspan(at))) return true;
  }
  return false;
}

}  // namespace regard::store
