// Which installed networks a run uses, loaded once for all cameras.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/pipeline.h"
#include "core/core.h"
#include "embed/embed.h"
#include "infer/packs.h"
#include "liveness/liveness.h"

namespace CLI {
class App;
}

namespace regard::app {

struct NetworkOptions {
  std::string folder = {};  ///< of installed networks; empty: infer::default_folder()
  std::string provider = "cpu";
  int threads = 1;  ///< within one run of a network
  int tiles = 1;    ///< n x n besides the whole frame, of both detectors of `open_networks`
};

/// Adds --models and --provider to a command.
void add_network_options(CLI::App& command, NetworkOptions& options);

/// Where `options` finds installed networks.
[[nodiscard]] std::filesystem::path folder_of(const NetworkOptions& options);

/// Loads one network's file. Errors: invalid_input (unknown provider), and those of infer::Model::open.
[[nodiscard]] Result<std::shared_ptr<const infer::Model>> load_network(const std::filesystem::path& file,
                                                                       const NetworkOptions& options);

/// Loads the preferred face and object detectors. Errors: not_found (run `regard models install`), corrupt,
/// unsupported.
[[nodiscard]] Result<Networks> open_networks(const NetworkOptions& options);

/// The preferred face detector, made for pictures that somebody handed in: it reports weaker faces too, so that
/// `central_face` has something to fall back on. Errors: not_found, corrupt, unsupported.
[[nodiscard]] Result<detect::FaceDetector> open_portrait_detector(const NetworkOptions& options);

/// The face template networks `names`, one or two, or the preferred one when there is none. `clock` must outlive the
/// result. Errors: not_found, corrupt, unsupported.
[[nodiscard]] Result<embed::FaceEmbedder> open_face_embedder(const NetworkOptions& options, const Clock& clock,
                                                             const std::vector<std::string>& names = {});

/// Head pose and face quality where they are installed: the npm pack has neither. Errors: corrupt, unsupported.
[[nodiscard]] Result<embed::QualityMeter> open_quality_meter(const NetworkOptions& options);

/// The liveness networks of the preferred pack. Errors: not_found, corrupt, unsupported.
[[nodiscard]] Result<liveness::Detector> open_liveness(const NetworkOptions& options);

/// What pictures that somebody hands in are looked at with. Immutable: any thread.
struct PictureNetworks {
  detect::FaceDetector faces;
  embed::FaceEmbedder embedder;
  embed::QualityMeter quality;
};
/// Errors: those of the four functions above; the same for `open_track_networks`.
[[nodiscard]] Result<PictureNetworks> open_picture_networks(const NetworkOptions& options, const Clock& clock);

/// What the faces of tracks are looked at with. Immutable: any thread.
struct TrackNetworks {
  embed::FaceEmbedder embedder;
  embed::QualityMeter quality;
  std::optional<liveness::Detector> liveness;  ///< none: no such network is installed
};
[[nodiscard]] Result<TrackNetworks> open_track_networks(const NetworkOptions& options, const Clock& clock);

}  // namespace regard::app
