#include "detect/io/networks.h"
#include "detect/io/run.h"
#include "detect/logic/clothing.h"
#include "detect/logic/decode.h"
#include "detect/logic/layout.h"
#include "detect/logic/suppress.h"
#include "image/image.h"

namespace regard::detect {
namespace {

constexpr int tiles_limit = 8;

const char* const doing = "setting up the object detector";

Result<void> check_options(const ObjectOptions& options) {
  const bool fits = options.threshold.value > 0 && options.threshold.value <= 1 && options.suppression >= 0 &&
                    options.suppression <= 1 && options.tiles >= 1 && options.tiles <= tiles_limit;
  if (fits) return {};
  return fail(ErrorKind::invalid_input, doing, "an option is out of range",
              "threshold 0..1, suppression 0..1, tiles 1..8");
}

/// The clothes of a body. Colours of a large one are taken from `small`, the whole picture as the network saw it, which
/// is at hand: reading hundreds of thousands of full pixels for 768 samples costs ten times as much.
Clothing clothing_in(const capture::Picture& picture, const BgrImage& small, const PixelBox& box) {
  const float across = static_cast<float>(small.width()) / static_cast<float>(picture.size().width);
  const float down = static_cast<float>(small.height()) / static_cast<float>(picture.size().height);
  const PixelBox inside{box.x * across, box.y * down, box.width * across, box.height * down};
  const bool enough = inside.width >= static_cast<float>(clothing_sample.width) &&
                      inside.height >= static_cast<float>(clothing_sample.height);
  if (enough) return clothing_of(image::cut(small.view(), inside, clothing_sample).view());
  return clothing_of(picture.cut(box, clothing_sample).view());
}

}  // namespace

ObjectDetector::ObjectDetector(std::shared_ptr<const ObjectNetwork> network, const ObjectOptions& options)
    : network_{std::move(network)}, options_{options} {}

Result<ObjectDetector> ObjectDetector::create(std::shared_ptr<const infer::Model> model, const ObjectOptions& options) {
  CHECK(model != nullptr);
  if (auto fits = check_options(options); !fits) return pass_on(std::move(fits));
  std::shared_ptr<const ObjectNetwork> network = as_picodet(model);
  if (!network) network = as_centernet(model);
  if (!network) {
    return fail(ErrorKind::unsupported, doing, describe(*model),
                "choose a PicoDet of the 80 COCO classes, such as picodet_s_416_coco.onnx, or the CenterNet of the npm "
                "pack");
  }
  return ObjectDetector{std::move(network), options};
}

int ObjectDetector::side() const { return network_->side(); }

Result<std::vector<Detection>> ObjectDetector::detect(const capture::Picture& picture, const Wanted& wanted) const {
  const std::vector<ObjectClass> classes = object_classes(wanted);
  if (classes.empty()) return std::vector<Detection>{};
  const Size frame = picture.size();
  std::vector<RegionDetection> found;
  BgrImage small;
  for (const PixelBox& region : plan_regions(frame, options_.tiles)) {
    const View view{region, {side(), side()}};
    const bool all =
        region.width == static_cast<float>(frame.width) && region.height == static_cast<float>(frame.height);
    BgrImage seen = all ? picture.scaled(view.content) : picture.cut(region, view.content);
    auto objects = network_->find(seen, classes, options_.threshold.value);
    if (all) small = std::move(seen);
    if (!objects) return objects;
    for (const Detection& object : *objects) {
      Detection placed = to_frame(object, view);
      const bool cut = is_cut(placed.box, region, frame);
      placed.box = clip(placed.box, frame);
      if (placed.box.area() > 0) found.push_back({placed, cut});
    }
  }
  std::vector<Detection> objects = merge_regions(std::move(found), options_.suppression);
  for (Detection& object : objects) {
    if (object.kind == Kind::person) object.clothing = clothing_in(picture, small, object.box);
  }
  return objects;
}

}  // namespace regard::detect
