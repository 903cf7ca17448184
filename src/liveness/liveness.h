// liveness: is this a person or a picture of one?  [Crop] -> Liveness   Presentation-attack detection, ISO/IEC 30107.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/capture.h"
#include "core/core.h"
#include "detect/detect.h"
#include "infer/infer.h"

namespace regard::liveness {

/// A verdict with what led to it.
struct Liveness {
  Score score;  ///< 0 attack .. 1 live
  bool live = false;
  std::vector<std::string>
      reasons;  ///< in words, strongest first: "print-like texture (0.12)", "a straight border around the face"
};

/// What one frame says. Values; made by Detector::look, joined by Judge.
struct Observation {
  float network = 0;  ///< how sure the networks are that it is live, 0..1: the geometric mean of their answers
  float moire = 0;    ///< energy of periodic patterns that screens leave, 0..1
  float border = 0;   ///< how clearly a straight frame surrounds the face, 0..1
};

struct Options {
  float threshold = 0.5F;
};

/// How the networks and cues see single pictures. Immutable: any thread.
class Detector {
 public:
  /// Standard pack: the two MiniFASNet networks, V2 first (the order of infer::find_all: they look alike from outside);
  /// npm pack: antispoof and liveness of `human`. The packs are told apart by their networks' inputs. Errors:
  /// unsupported, invalid_input (no network, an option out of range).
  [[nodiscard]] static Result<Detector> create(std::vector<std::shared_ptr<const infer::Model>> models,
                                               const Options& options = {});
  [[nodiscard]] Result<Observation> look(const capture::Picture& picture, const detect::Detection& face) const;
  /// From one picture alone.
  [[nodiscard]] Liveness judge(const Observation& observation) const;
  /// From several frames of one track: each cue is averaged, so one odd frame does not decide. None: not live.
  [[nodiscard]] Liveness judge(const std::vector<Observation>& observations) const;

 private:
  struct State;
  explicit Detector(std::shared_ptr<const State> state);
  std::shared_ptr<const State> state_;
};

}  // namespace regard::liveness
