#include "app/networks.h"

#include <CLI/CLI.hpp>

#include "infer/infer.h"

namespace regard::app {
namespace {

// Every LFW View 1 training image has a face of at least this score in BlazeFace, and of .6 in YuNet.
constexpr Score weakest_portrait{0.1F};

/// The preferred network for `task`. Errors: not_found.
Result<std::shared_ptr<const infer::Model>> load_preferred(infer::Task task, const NetworkOptions& options) {
  auto network = infer::find(folder_of(options), task);
  if (!network) return pass_on(std::move(network));
  return load_network(network->file, options);
}

/// The same, or null when none is installed.
Result<std::shared_ptr<const infer::Model>> load_if_there(infer::Task task, const NetworkOptions& options) {
  if (infer::find_all(folder_of(options), task).empty()) return nullptr;
  return load_preferred(task, options);
}

/// A digest that names the bytes from which the network was made: the network's own where it is pinned.
std::string digest_of(const infer::Network& network) {
  const infer::Manifest& manifest = network.manifest;
  if (const infer::PinnedFile* own = manifest.pinned(manifest.network)) return own->sha256;
  return manifest.import ? manifest.pinned(manifest.import->files.back())->sha256 : manifest.files.front().sha256;
}

}  // namespace

void add_network_options(CLI::App& command, NetworkOptions& options) {
  command.add_option("--models", options.folder,
                     "Folder of installed networks (default: $REGARD_MODELS, or beside the program)");
  command.add_option("--provider", options.provider,
                     "Where networks run: cpu, cuda, openvino, coreml, as the installed library offers");
}

std::filesystem::path folder_of(const NetworkOptions& options) {
  return options.folder.empty() ? infer::default_folder() : std::filesystem::path{options.folder};
}

Result<std::shared_ptr<const infer::Model>> load_network(const std::filesystem::path& file,
                                                         const NetworkOptions& options) {
  const auto provider = infer::provider_from(options.provider);
  if (!provider) return tl::unexpected<Error>{provider.error()};
  auto model = infer::Model::open(file, {.provider = *provider, .threads = options.threads});
  if (!model) return pass_on(std::move(model));
  return std::make_shared<const infer::Model>(std::move(*model));
}

Result<Networks> open_networks(const NetworkOptions& options) {
  auto faces = load_preferred(infer::Task::face_detection, options);
  if (!faces) return pass_on(std::move(faces));
  auto objects = load_preferred(infer::Task::object_detection, options);
  if (!objects) return pass_on(std::move(objects));
  // The tracker's second association lives on weak detections; it starts no track from them.
  const Score weakest = track::Options{}.low;
  auto face_detector = detect::FaceDetector::create(std::move(*faces), {.threshold = weakest, .tiles = options.tiles});
  if (!face_detector) return pass_on(std::move(face_detector));
  auto object_detector =
      detect::ObjectDetector::create(std::move(*objects), {.threshold = weakest, .tiles = options.tiles});
  if (!object_detector) return pass_on(std::move(object_detector));
  return Networks{std::make_shared<const detect::FaceDetector>(std::move(*face_detector)),
                  std::make_shared<const detect::ObjectDetector>(std::move(*object_detector))};
}

Result<detect::FaceDetector> open_portrait_detector(const NetworkOptions& options) {
  auto model = load_preferred(infer::Task::face_detection, options);
  if (!model) return pass_on(std::move(model));
  return detect::FaceDetector::create(std::move(*model), {.threshold = weakest_portrait});
}

Result<embed::FaceEmbedder> open_face_embedder(const NetworkOptions& options, const Clock& clock,
                                               const std::vector<std::string>& names) {
  std::vector<embed::FaceModel> models;
  for (const std::string& name : names.empty() ? std::vector<std::string>{""} : names) {
    auto network = infer::find(folder_of(options), infer::Task::face_template, name);
    if (!network) return pass_on(std::move(network));
    auto model = load_network(network->file, options);
    if (!model) return pass_on(std::move(model));
    models.push_back({std::move(*model), network->manifest.name, digest_of(*network)});
  }
  return embed::FaceEmbedder::create(std::move(models), clock);
}

Result<embed::QualityMeter> open_quality_meter(const NetworkOptions& options) {
  auto pose = load_if_there(infer::Task::head_pose, options);
  if (!pose) return pass_on(std::move(pose));
  auto quality = load_if_there(infer::Task::face_quality, options);
  if (!quality) return pass_on(std::move(quality));
  return embed::QualityMeter::create(std::move(*pose), std::move(*quality));
}

Result<liveness::Detector> open_liveness(const NetworkOptions& options) {
  auto preferred = infer::find(folder_of(options), infer::Task::liveness);
  if (!preferred) return pass_on(std::move(preferred));
  std::vector<std::shared_ptr<const infer::Model>> models;
  for (const infer::Network& network : infer::find_all(folder_of(options), infer::Task::liveness)) {
    if (network.manifest.pack != preferred->manifest.pack) continue;
    auto model = load_network(network.file, options);
    if (!model) return pass_on(std::move(model));
    models.push_back(std::move(*model));
  }
  return liveness::Detector::create(std::move(models));
}

Result<PictureNetworks> open_picture_networks(const NetworkOptions& options, const Clock& clock) {
  auto faces = open_portrait_detector(options);
  if (!faces) return pass_on(std::move(faces));
  auto embedder = open_face_embedder(options, clock);
  if (!embedder) return pass_on(std::move(embedder));
  auto quality = open_quality_meter(options);
  if (!quality) return pass_on(std::move(quality));
  return PictureNetworks{std::move(*faces), std::move(*embedder), std::move(*quality)};
}

Result<TrackNetworks> open_track_networks(const NetworkOptions& options, const Clock& clock) {
  auto embedder = open_face_embedder(options, clock);
  if (!embedder) return pass_on(std::move(embedder));
  auto quality = open_quality_meter(options);
  if (!quality) return pass_on(std::move(quality));
  TrackNetworks networks{std::move(*embedder), std::move(*quality), {}};
  auto live = open_liveness(options);
  if (live) {
    networks.liveness = std::move(*live);
  } else if (live.error().kind != ErrorKind::not_found) {
    return pass_on(std::move(live));
  }
  return networks;
}

}  // namespace regard::app
