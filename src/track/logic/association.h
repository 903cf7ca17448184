// Which detection continues which track: ByteTrack's two stages and what makes them fit low frame rates. Pure.
#pragma once

#include <span>
#include <vector>

#include "track/logic/followed.h"
#include "track/track.h"

namespace regard::track {

/// Whether a pair's box shows the thing as it is, or a part of it, or somebody else besides.
enum class Trust { full, doubtful };
/// Whether the clothes that a pair's detection shows are the track's alone.
enum class Clothes { own, mixed };

/// A track and the detection that continues it, as indices.
struct Pair {
  std::size_t track = 0;
  std::size_t detection = 0;
  Trust trust = Trust::full;
  Clothes clothes = Clothes::own;
};

struct Association {
  std::vector<Pair> pairs;
  std::vector<std::size_t> fresh;   ///< detections strong enough to begin a track
  std::vector<std::size_t> hidden;  ///< tracks without detection where somebody stands who was seen a frame ago
};

/// The box that the thing probably has when `measured` has another height than `predicted`: the side that agrees (feet
/// before head) is believed, and the height changes slowly only, by what `tallest` and `step` seconds allow.
[[nodiscard]] PixelBox repaired(const PixelBox& predicted, const PixelBox& measured, float tallest, float step);

/// Pairs the predicted `tracks` of one pool with the detections of `indices`. In order:
///  1. confirmed and lost tracks with strong detections that overlap their prediction and have its height;
///  2. tracks seen a frame ago with weak detections of their height (partly hidden bodies score low);
///  3. confirmed and lost tracks with strong detections that overlap when both boxes are widened: at a few frames a
///     second, small and fast things do not overlap (Yang et al., "C-BIoU", WACV 2023);
///  4. confirmed and lost tracks with strong detections of any height whose middle and whose feet or head are where
///     they are expected: a part of the thing went behind something or came out again;
///  5. confirmed and lost tracks with strong detections in the same clothes that they can have reached on foot;
///  6. tentative tracks with the strong detections that remain, as in 1, then as in 3.
/// A box of the track's height in other clothes is somebody else, the more so when the track was lost behind somebody.
[[nodiscard]] Association associate(std::span<const Followed> tracks, std::span<const detect::Detection> detections,
                                    std::span<const std::size_t> indices, const Options& options);

}  // namespace regard::track
