// `--save`: what was analysed as a video in which nobody can be recognised.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>

#include "app/pipeline.h"
#include "core/core.h"
#include "sinks/sinks.h"

namespace regard::app {

/// Writes the analysed pictures of one camera, every face blurred. The file is made with the first picture and has its
/// size; a camera that changes its resolution goes on in the same file, scaled to it. Confined to one thread.
class Saver {
 public:
  Saver(std::filesystem::path file, double frames_per_second) : file_{std::move(file)}, rate_{frames_per_second} {}

  /// `labels` stand where tracks would have their numbers. Errors: those of sinks::VideoFile.
  [[nodiscard]] Result<void> operator()(const Analysis& analysis,
                                        const std::unordered_map<TrackId, std::string>& labels = {});
  [[nodiscard]] Result<void> finish() { return video_ ? video_->finish() : Result<void>{}; }

 private:
  [[nodiscard]] Result<void> begin(const Analysis& analysis);

  std::filesystem::path file_;
  double rate_;
  std::unique_ptr<sinks::VideoFile> video_;
  Size size_;  ///< of the video
  Duration start_{};
};

}  // namespace regard::app
