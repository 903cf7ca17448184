// A fuzz input that stands for two files: the text up to the first zero byte, and the bytes after it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

inline std::pair<std::span<const std::uint8_t>, std::span<const std::uint8_t>> two_parts(const std::uint8_t* bytes,
                                                                                         std::size_t size) {
  const std::span<const std::uint8_t> all{bytes, size};
  const auto zero = static_cast<std::size_t>(std::find(all.begin(), all.end(), 0) - all.begin());
  return {all.first(zero), all.subspan(std::min(zero + 1, size))};
}
