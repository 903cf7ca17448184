#include "detect/io/networks.h"
#include "detect/io/run.h"
#include "detect/logic/layout.h"
#include "detect/logic/suppress.h"

namespace regard::detect {
namespace {

constexpr int longest_side_least = 32;
constexpr int longest_side_limit = 8192;
constexpr int tiles_limit = 8;

const char* const doing = "setting up the face detector";

Result<void> check_options(const FaceOptions& options) {
  const bool fits = options.threshold.value > 0 && options.threshold.value <= 1 && options.suppression >= 0 &&
                    options.suppression <= 1 && options.longest_side >= longest_side_least &&
                    options.longest_side <= longest_side_limit && options.tiles >= 1 && options.tiles <= tiles_limit;
  if (fits) return {};
  return fail(ErrorKind::invalid_input, doing, "an option is out of range",
              "threshold 0..1, suppression 0..1, longest side 32..8192, tiles 1..8");
}

}  // namespace

FaceDetector::FaceDetector(std::shared_ptr<const FaceNetwork> network, const FaceOptions& options)
    : network_{std::move(network)}, options_{options} {}

Result<FaceDetector> FaceDetector::create(std::shared_ptr<const infer::Model> model, const FaceOptions& options) {
  CHECK(model != nullptr);
  if (auto fits = check_options(options); !fits) return pass_on(std::move(fits));
  std::shared_ptr<const FaceNetwork> network = as_yunet(model, options.longest_side);
  if (!network) network = as_blazeface(model);
  if (!network) {
    return fail(ErrorKind::unsupported, doing, describe(*model),
                "choose a YuNet with an input of varying size, such as yunet_n_dynamic.onnx, or the BlazeFace of the "
                "npm pack");
  }
  return FaceDetector{std::move(network), options};
}

Result<std::vector<Detection>> FaceDetector::detect(const capture::Picture& picture) const {
  const Size frame = picture.size();
  std::vector<RegionDetection> found;
  for (const PixelBox& region : plan_regions(frame, options_.tiles)) {
    const Size whole{static_cast<int>(region.width), static_cast<int>(region.height)};
    const View view{region, network_->size_for(whole)};
    const bool all = whole == frame;
    auto faces = network_->find(all ? picture.scaled(view.content) : picture.cut(region, view.content),
                                options_.threshold.value);
    if (!faces) return faces;
    for (const Detection& face : *faces) {
      Detection placed = to_frame(face, view);
      const bool cut = is_cut(placed.box, region, frame);
      placed.box = clip(placed.box, frame);
      if (placed.box.area() > 0) found.push_back({placed, cut});
    }
  }
  return merge_regions(std::move(found), options_.suppression);
}

}  // namespace regard::detect
