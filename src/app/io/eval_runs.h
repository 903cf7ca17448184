// What `regard eval` does before anything is printed: files in, figures out.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "detect/detect.h"
#include "eval/eval.h"

namespace regard::app {

struct DetectRun {
  std::filesystem::path images;
  std::filesystem::path labels;
  std::filesystem::path model;  ///< empty: the installed one
  float threshold = 0.4F;       ///< at which recall and precision are counted
  float floor = 0.01F;          ///< detections below are not looked at; average precision needs a low one
  int tiles = 1;
  int threads = 1;
  std::uint64_t seed = 1;
  int rounds = 1000;  ///< of the bootstrap
};
struct DetectFigures {
  std::uint64_t images = 0;
  eval::DetectionScores scores;
  eval::DetectionEstimates estimates;
  double milliseconds_per_image = 0;
};
[[nodiscard]] Result<DetectFigures> run_detect(const DetectRun& run);

struct FacesRun {
  std::filesystem::path images;  ///< with all folders below
  std::filesystem::path model;   ///< empty: the installed one
  detect::FaceOptions options;
  int threads = 1;
};
struct FacesFigures {
  std::uint64_t images = 0;
  std::uint64_t others = 0;         ///< faces found besides the central ones
  std::vector<std::string> failed;  ///< images without a face over their centre
  double milliseconds_per_image = 0;
};
[[nodiscard]] Result<FacesFigures> run_faces(const FacesRun& run);

/// People followed either through images with truth, or through a synthetic scene.
struct TrackRun {
  std::filesystem::path frames;
  std::filesystem::path truth;
  std::string scene;            ///< when not empty, instead of both: "lobby?seed=1&fps=10&seconds=30"
  std::filesystem::path model;  ///< empty: the installed one
  double frames_per_second = 7;
  int tiles = 2;  ///< people on the usual sequences are 60 to 100 pixels tall, small for the network
  int threads = 1;
};
struct TrackFigures {
  std::uint64_t frames = 0;     ///< followed
  eval::TrackingScores scores;  ///< over the annotated ones
  /// Of a scene: against a truth in which who leaves the picture and comes back is somebody new.
  std::optional<eval::TrackingScores> by_visit;
  std::uint64_t visits = 0;
  std::uint64_t tracks = 0;  ///< confirmed
  double track_milliseconds_per_frame = 0;
};
[[nodiscard]] Result<TrackFigures> run_track(const TrackRun& run);

}  // namespace regard::app
