// Names and numbers that must not be mixed up.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace regard {

/// A number that identifies one kind of thing. Zero means "none".
template <typename Tag>
struct Id {
  std::uint64_t value = 0;
  friend auto operator<=>(const Id&, const Id&) = default;
};

/// One track on one camera, counted from 1; never reused while the process lives.
using TrackId = Id<struct TrackTag>;

/// The operator's name of a camera, unique in the process.
struct CameraName {
  std::string value;
  friend auto operator<=>(const CameraName&, const CameraName&) = default;
};

/// Confidence of a network, 0..1. Not a probability unless its source says so.
struct Score {
  float value = 0;
  friend auto operator<=>(const Score&, const Score&) = default;
};

}  // namespace regard

template <typename Tag>
struct std::hash<regard::Id<Tag>> {
  std::size_t operator()(const regard::Id<Tag>& id) const noexcept { return std::hash<std::uint64_t>{}(id.value); }
};
