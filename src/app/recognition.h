// Which installed networks recognise faces, and which face of a picture is meant.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "detect/detect.h"
#include "embed/embed.h"
#include "infer/infer.h"
#include "liveness/liveness.h"

namespace regard::app {

/// The face template networks `names`, or the preferred one when there is none, from `folder`. Errors: not_found,
/// corrupt, unsupported.
[[nodiscard]] Result<embed::FaceEmbedder> open_face_embedder(const std::filesystem::path& folder,
                                                             const std::vector<std::string>& names, int threads,
                                                             const Clock& clock);

/// Head pose and face quality where they are installed: the npm pack has neither. Errors: corrupt, unsupported.
[[nodiscard]] Result<embed::QualityMeter> open_quality_meter(const std::filesystem::path& folder);

/// The liveness networks of the preferred pack. Errors: not_found, corrupt, unsupported.
[[nodiscard]] Result<liveness::Detector> open_liveness(const std::filesystem::path& folder,
                                                       const liveness::Options& options = {});

/// The preferred face detector, made for pictures that somebody handed in: it reports weaker faces too, so that
/// `central_face` has something to fall back on. Errors: not_found, corrupt, unsupported.
[[nodiscard]] Result<detect::FaceDetector> open_portrait_detector(const std::filesystem::path& folder, int threads);

/// The face nearest to the picture's centre, measured in sizes of the face, among those of at least the usual score;
/// when there is none, among all. Null when there is none at all.
[[nodiscard]] const detect::Detection* central_face(std::span<const detect::Detection> faces, Size picture);

}  // namespace regard::app
