#include "app/recognition.h"

#include <algorithm>

#include "infer/packs.h"

namespace regard::app {
namespace {

namespace fs = std::filesystem;

// Every LFW View 1 training image has a face of at least this score in BlazeFace, and of .6 in YuNet.
constexpr Score weakest_portrait{0.1F};

Result<std::shared_ptr<const infer::Model>> load(const fs::path& file, int threads = 1) {
  auto model = infer::Model::open(file, {.provider = infer::Provider::cpu, .threads = threads});
  if (!model) return pass_on(std::move(model));
  return std::make_shared<const infer::Model>(std::move(*model));
}

/// The preferred network for `task`; null when none is installed.
Result<std::shared_ptr<const infer::Model>> load_if_there(const fs::path& folder, infer::Task task) {
  const std::vector<infer::Network> installed = infer::find_all(folder, task);
  if (installed.empty()) return nullptr;
  return load(installed.front().file);
}

/// A digest that names the bytes from which the network was made: the network's own where it is pinned.
std::string digest_of(const infer::Network& network) {
  const infer::Manifest& manifest = network.manifest;
  if (const infer::PinnedFile* own = manifest.pinned(manifest.network)) return own->sha256;
  return manifest.import ? manifest.pinned(manifest.import->files.back())->sha256 : manifest.files.front().sha256;
}

}  // namespace

Result<embed::FaceEmbedder> open_face_embedder(const fs::path& folder, const std::vector<std::string>& names,
                                               int threads, const Clock& clock) {
  std::vector<embed::FaceModel> models;
  const std::vector<std::string> wanted = names.empty() ? std::vector<std::string>{""} : names;
  for (const std::string& name : wanted) {
    auto network = infer::find(folder, infer::Task::face_template, name);
    if (!network) return pass_on(std::move(network));
    auto model = load(network->file, threads);
    if (!model) return pass_on(std::move(model));
    models.push_back({std::move(*model), network->manifest.name, digest_of(*network)});
  }
  return embed::FaceEmbedder::create(std::move(models), clock);
}

Result<embed::QualityMeter> open_quality_meter(const fs::path& folder) {
  auto pose = load_if_there(folder, infer::Task::head_pose);
  if (!pose) return pass_on(std::move(pose));
  auto quality = load_if_there(folder, infer::Task::face_quality);
  if (!quality) return pass_on(std::move(quality));
  return embed::QualityMeter::create(std::move(*pose), std::move(*quality));
}

Result<liveness::Detector> open_liveness(const fs::path& folder, const liveness::Options& options) {
  auto preferred = infer::find(folder, infer::Task::liveness);
  if (!preferred) return pass_on(std::move(preferred));
  std::vector<std::shared_ptr<const infer::Model>> models;
  for (const infer::Network& network : infer::find_all(folder, infer::Task::liveness)) {
    if (network.manifest.pack != preferred->manifest.pack) continue;
    auto model = load(network.file);
    if (!model) return pass_on(std::move(model));
    models.push_back(std::move(*model));
  }
  return liveness::Detector::create(std::move(models), options);
}

Result<detect::FaceDetector> open_portrait_detector(const fs::path& folder, int threads) {
  auto network = infer::find(folder, infer::Task::face_detection);
  if (!network) return pass_on(std::move(network));
  auto model = load(network->file, threads);
  if (!model) return pass_on(std::move(model));
  return detect::FaceDetector::create(std::move(*model), {.threshold = weakest_portrait});
}

}  // namespace regard::app
