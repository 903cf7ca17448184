// What the tracker knows of one track beyond what it tells. Pure.
#pragma once

#include <array>

#include "track/logic/motion.h"
#include "track/track.h"

namespace regard::track {

/// A measured box and when.
struct Observation {
  Duration position{};
  PixelBox box;
};

struct Followed {
  Track track;
  Motion motion;                             ///< at the present frame
  Motion anchor;                             ///< right after the last measurement, to start again from
  Duration unseen{};                         ///< time without measurement, without the time the scene was held
  std::optional<detect::Clothing> clothing;  ///< averaged
  int doubled = 0;                           ///< frames in a row in which an older track lay on the same body
  bool behind = false;  ///< when last looked for in vain for the first time, somebody stood in front
  int misses = 0;       ///< frames without measurement in a row
  float tallest = 0;    ///< how tall the whole thing probably is: the largest height measured, slowly forgotten
  std::array<Observation, 8> recent{};  ///< ring of the last measurements
  std::size_t recent_count = 0;         ///< measurements ever put into it

  Followed(const PixelBox& box, detect::Kind kind) : motion{box, agility_of(kind)}, anchor{motion} {}

  void remember(Duration position, const PixelBox& box) { recent[recent_count++ % recent.size()] = {position, box}; }
  [[nodiscard]] const Observation& latest() const { return recent[(recent_count - 1) % recent.size()]; }
  /// The oldest remembered measurement that is not older than `age` at the time of the latest.
  [[nodiscard]] const Observation& earlier(Duration age) const;
};

}  // namespace regard::track
