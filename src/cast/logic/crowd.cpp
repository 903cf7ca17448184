#include "cast/logic/crowd.h"

#include <array>
#include <optional>

#include "cast/logic/random.h"

namespace regard::cast {
namespace {

/// An opening in the walls: a place outside, one inside, and the line between them.
struct Gate {
  const char* name;
  Vec2 outside, inside;
};

constexpr std::array<Gate, 3> gates{{{"entrance", {0, -13.6F}, {0, -10.6F}},
                                     {"left", {-6.6F, -6.4F}, {-4.3F, -6.4F}},
                                     {"right", {6.6F, -8.2F}, {4.3F, -8.2F}}}};
constexpr float wall_back = -12.0F;
constexpr float wall_side = 5.0F;

constexpr std::array<Vec2, 5> queue{
    {{1.75F, -4.05F}, {1.7F, -4.95F}, {1.6F, -5.85F}, {1.45F, -6.75F}, {1.25F, -7.65F}}};
constexpr std::array<Vec2, 5> sights{{{-2.6F, -3.6F}, {-1.2F, -4.4F}, {-2.2F, -5.4F}, {-0.4F, -3.4F}, {-3.2F, -8.2F}}};

/// What must be walked round: centre and half sizes.
struct Obstacle {
  Vec2 centre, half;
};
constexpr std::array<Obstacle, 5> obstacles{{{{2.0F, -2.9F}, {1.15F, 0.4F}},
                                             {{-4.2F, -3.6F}, {0.5F, 1.05F}},
                                             {{-4.35F, -9.0F}, {0.3F, 0.3F}},
                                             {{4.3F, -10.9F}, {0.3F, 0.3F}},
                                             {{3.9F, -5.2F}, {0.35F, 0.35F}}}};

struct Plan {
  std::size_t from, to;
  bool queues;
  Vec2 sight;
  float speed;
  float queue_time, sight_time;
};

Plan plan_of(std::uint64_t seed, std::size_t index, int visit) {
  Random r{combine(combine(seed, 0x50A1U + index), static_cast<std::uint64_t>(visit))};
  Plan plan{};
  plan.from = r.chance(0.55F) ? 0 : r.chance(0.5F) ? 1 : 2;
  plan.to = (plan.from + 1 + static_cast<std::size_t>(r.below(2))) % gates.size();
  plan.queues = r.chance(0.45F);
  plan.sight = sights[static_cast<std::size_t>(r.below(static_cast<int>(sights.size())))] +
               Vec2{r.between(-0.3F, 0.3F), r.between(-0.3F, 0.3F)};
  plan.speed = r.between(0.95F, 1.4F);
  plan.queue_time = r.between(3.0F, 6.0F);
  plan.sight_time = r.between(1.0F, 4.0F);
  return plan;
}

Vec2 sideways(Vec2 v) { return {v.y, -v.x}; }

float heading_of(Vec2 v) { return std::atan2(v.x, v.y); }

float turned_towards(float from, float to, float most) {
  float off = std::remainder(to - from, 2 * pi);
  return from + std::clamp(off, -most, most);
}

}  // namespace

Crowd::Crowd(std::uint64_t seed, std::vector<float> stride_lengths) : seed_{seed}, strides_{std::move(stride_lengths)} {
  walkers_.resize(strides_.size());
  for (std::size_t i = 0; i < walkers_.size(); ++i) walkers_[i].until = 1.7 * static_cast<double>(i);
  // The first picture shows a lobby in use.
  constexpr int warm_up = 350;
  for (int step = 0; step < warm_up; ++step) advance();
  for (Walker& walker : walkers_) walker.until -= warm_up * step_seconds;
  step_ = 0;
  furthest_ = 0;
  crossings_.clear();
  checkpoints_.clear();
  checkpoints_[0] = walkers_;
}

const std::vector<Walker>& Crowd::at(std::int64_t step) {
  if (step < step_) {
    auto before = std::prev(checkpoints_.upper_bound(step));
    step_ = before->first;
    walkers_ = before->second;
  }
  while (step_ < step) advance();
  return walkers_;
}

std::vector<CrowdCrossing> Crowd::crossings(std::int64_t after, std::int64_t until) {
  if (furthest_ < until) (void)at(until);
  const auto first = std::partition_point(crossings_.begin(), crossings_.end(),
                                          [after](const CrowdCrossing& c) { return c.step <= after; });
  const auto last =
      std::partition_point(first, crossings_.end(), [until](const CrowdCrossing& c) { return c.step <= until; });
  return {first, last};
}

void Crowd::advance() {
  ++step_;
  for (std::size_t i = 0; i < walkers_.size(); ++i) decide(i);
  for (std::size_t i = 0; i < walkers_.size(); ++i) move(i, static_cast<float>(step_seconds));
  furthest_ = std::max(furthest_, step_);
  constexpr std::int64_t checkpoint_steps = 250;
  if (step_ % checkpoint_steps == 0) checkpoints_.try_emplace(step_, walkers_);
}

int Crowd::free_slot() const {
  int slot = 0;
  for (const Walker& other : walkers_) slot = std::max(slot, other.slot + 1);
  return slot < static_cast<int>(queue.size()) ? slot : -1;
}

Vec2 Crowd::goal_of(std::size_t index) const {
  const Walker& w = walkers_[index];
  const Plan plan = plan_of(seed_, index, w.visit);
  if (w.slot >= 0) return queue[static_cast<std::size_t>(w.slot)];
  switch (w.goal) {
    case 0:
      return gates[plan.from].inside;
    case 1:
      return plan.sight;
    case 2:
      return gates[plan.to].inside;
    default:
      return gates[plan.to].outside;
  }
}

void Crowd::decide(std::size_t index) {
  Walker& w = walkers_[index];
  const double now = static_cast<double>(step_) * step_seconds;
  const Plan plan = plan_of(seed_, index, w.visit);
  if (w.doing == Walker::Doing::away) {
    if (now < w.until) return;
    const Vec2 start = gates[plan.from].outside;
    w.place = start;
    w.velocity = (gates[plan.from].inside - start) * (plan.speed / length(gates[plan.from].inside - start));
    w.heading = heading_of(w.velocity);
    w.goal = 0;
    w.slot = -1;
    w.doing = Walker::Doing::walking;
    return;
  }
  if (w.slot > 0) {  // move up when the one in front has gone
    bool taken = false;
    for (const Walker& other : walkers_) taken = taken || other.slot == w.slot - 1;
    if (!taken) {
      --w.slot;
      w.doing = Walker::Doing::walking;
    }
  }
  const bool there = length(goal_of(index) - w.place) < (w.slot >= 0 ? 0.12F : 0.4F);
  if (w.doing == Walker::Doing::walking && there) {
    if (w.slot >= 0) {
      w.doing = Walker::Doing::waiting;
      w.until = now + static_cast<double>(plan.queue_time);
    } else if (w.goal == 0 && plan.queues && free_slot() >= 0) {
      w.slot = free_slot();
    } else if (w.goal == 1) {
      w.doing = Walker::Doing::waiting;
      w.until = now + static_cast<double>(plan.sight_time);
    } else if (w.goal >= 3) {
      w.doing = Walker::Doing::away;
      Random r{combine(seed_ + index, static_cast<std::uint64_t>(w.visit))};
      w.until = now + static_cast<double>(r.between(0.5F, 3.0F));
      ++w.visit;
    }
    if (w.doing == Walker::Doing::walking && w.slot < 0) ++w.goal;
  } else if (w.doing == Walker::Doing::waiting && now >= w.until && w.slot <= 0) {
    w.goal = w.slot == 0 ? 1 : 2;
    w.slot = -1;
    w.doing = Walker::Doing::walking;
  }
}

/// Social forces (Helbing and Molnar, Physical Review E 51, 1995), in their simplest form.
Vec2 Crowd::push_on(std::size_t index, Vec2 desired) const {
  const Walker& w = walkers_[index];
  Vec2 push;
  for (std::size_t i = 0; i < walkers_.size(); ++i) {
    const Walker& other = walkers_[i];
    if (i == index || other.doing == Walker::Doing::away) continue;
    const Vec2 off = w.place - other.place;
    const float far = std::max(length(off), 0.05F);
    const float near = clamp01((1.15F - far) / 0.75F);
    if (near <= 0) continue;
    const Vec2 apart = off * (1.0F / far);
    // Everybody passes on the same side, so that two who meet do not dance.
    push = push + apart * (near * 1.7F) + sideways(apart) * (near * 0.9F * clamp01(-dot(apart, desired) + 0.2F));
  }
  for (const Obstacle& o : obstacles) {
    const Vec2 off = w.place - o.centre;
    const Vec2 nearest{std::clamp(off.x, -o.half.x, o.half.x), std::clamp(off.y, -o.half.y, o.half.y)};
    const Vec2 away = off - nearest;
    const float far = std::max(length(away), 0.02F);
    const float near = clamp01((0.7F - far) / 0.5F);
    push = push + away * (near * 1.8F / far) + sideways(away) * (near * 0.8F / far);
  }
  return push;
}

void Crowd::move(std::size_t index, float dt) {
  Walker& w = walkers_[index];
  if (w.doing == Walker::Doing::away) {
    w.pace = 0;
    return;
  }
  const Plan plan = plan_of(seed_, index, w.visit);
  const Vec2 way = goal_of(index) - w.place;
  const float far = length(way);
  Vec2 desired;
  if (w.doing == Walker::Doing::walking && far > 0.01F)
    desired = way * (plan.speed * std::min(1.0F, far / 0.5F + 0.15F) / far);
  const bool queueing = w.slot >= 0 && w.doing == Walker::Doing::waiting;
  Vec2 target = desired;
  if (!queueing) target = target + push_on(index, desired) * (w.doing == Walker::Doing::waiting ? 0.5F : 1.0F);
  const float speed = length(target);
  if (speed > 1.5F) target = target * (1.5F / speed);
  w.velocity = w.velocity + (target - w.velocity) * std::min(1.0F, dt * 4.0F);
  const Vec2 before = w.place;
  w.place = w.place + w.velocity * dt;
  const float moved = length(w.velocity);
  w.pace += (smoothstep(0.08F, 0.8F, moved) - w.pace) * std::min(1.0F, dt * 6.0F);
  w.stride = std::fmod(w.stride + 2 * pi * moved * dt / (strides_[index] * std::max(0.45F, w.pace)), 2 * pi);
  const float facing = moved > 0.25F ? heading_of(w.velocity) : w.slot >= 0 ? 0.05F : w.heading;
  w.heading = turned_towards(w.heading, facing, dt * 3.2F);
  if (step_ <= furthest_) return;
  const auto crossed = [&](const char* line, float from, float to, float at, bool into_is_up) {
    if ((from < at) == (to < at)) return;
    crossings_.push_back({step_, index, line, (to > from) == into_is_up ? "in" : "out"});
  };
  crossed("entrance", before.y, w.place.y, wall_back, true);
  crossed("left", before.x, w.place.x, -wall_side, true);
  crossed("right", before.x, w.place.x, wall_side, false);
}

}  // namespace regard::cast
