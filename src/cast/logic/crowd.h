// How people move about in the lobby: they come in by a gate, perhaps queue, look round and leave by a gate, and walk
// round each other. A simulation in equal steps, so that any moment can be computed again.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cast/cast.h"
#include "cast/logic/vector.h"

namespace regard::cast {

struct Walker {
  enum class Doing : std::uint8_t { away, walking, waiting };
  Doing doing = Doing::away;
  int visit = 0;
  int goal = 0;      ///< index in the plan of the visit
  int slot = -1;     ///< place in the queue, 0 in front; -1: not queueing
  double until = 0;  ///< end of waiting or being away, seconds
  Vec2 place;        ///< x and z
  Vec2 velocity;
  float heading = 0;
  float stride = 0;
  float pace = 0;
};

struct CrowdCrossing {
  std::int64_t step = 0;
  std::size_t walker = 0;
  const char* line = "";
  const char* direction = "";
};

class Crowd {
 public:
  static constexpr double step_seconds = 0.04;

  Crowd(std::uint64_t seed, std::vector<float> stride_lengths);

  /// Everybody after `step` steps, in any order of asking.
  [[nodiscard]] const std::vector<Walker>& at(std::int64_t step);
  /// Who crossed a line in the steps (after, until].
  [[nodiscard]] std::vector<CrowdCrossing> crossings(std::int64_t after, std::int64_t until);

 private:
  void advance();
  void move(std::size_t index, float dt);
  void decide(std::size_t index);
  [[nodiscard]] Vec2 goal_of(std::size_t index) const;
  [[nodiscard]] Vec2 push_on(std::size_t index, Vec2 desired) const;
  [[nodiscard]] int free_slot() const;

  std::uint64_t seed_;
  std::vector<float> strides_;
  std::vector<Walker> walkers_;
  std::int64_t step_ = 0;
  std::int64_t furthest_ = 0;
  std::map<std::int64_t, std::vector<Walker>> checkpoints_;
  std::vector<CrowdCrossing> crossings_;
};

}  // namespace regard::cast
