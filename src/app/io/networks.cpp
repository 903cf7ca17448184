#include "app/networks.h"

#include "infer/infer.h"
#include "infer/packs.h"

namespace regard::app {
namespace {

Result<std::shared_ptr<const infer::Model>> load(const NetworkOptions& options, infer::Task task) {
  const auto provider = infer::provider_from(options.provider);
  if (!provider) return tl::unexpected<Error>{provider.error()};
  const std::filesystem::path folder =
      options.folder.empty() ? infer::default_folder() : std::filesystem::path{options.folder};
  auto network = infer::find(folder, task);
  if (!network) return pass_on(std::move(network));
  auto model = infer::Model::open(network->file, {.provider = *provider, .threads = options.threads});
  if (!model) return pass_on(std::move(model));
  return std::make_shared<const infer::Model>(std::move(*model));
}

}  // namespace

Result<Networks> open_networks(const NetworkOptions& options) {
  auto faces = load(options, infer::Task::face_detection);
  if (!faces) return pass_on(std::move(faces));
  auto objects = load(options, infer::Task::object_detection);
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

}  // namespace regard::app
