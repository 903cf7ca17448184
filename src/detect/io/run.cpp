#include "detect/io/run.h"

#include "detect/logic/layout.h"
#include "detect/logic/suppress.h"

namespace regard::detect {
namespace {

std::string describe(std::span<const infer::TensorSpec> specs) {
  std::string text;
  for (const infer::TensorSpec& spec : specs) {
    text += (text.empty() ? "" : ", ") + spec.name + " [";
    for (std::size_t i = 0; i < spec.shape.size(); ++i) text += (i ? "," : "") + std::to_string(spec.shape[i]);
    text += "]";
  }
  return text.empty() ? "nothing" : text;
}

}  // namespace

std::span<float> input_buffer(std::size_t count) {
  thread_local std::vector<float> buffer;
  if (buffer.size() < count) buffer.resize(count);
  return {buffer.data(), count};
}

std::string describe(const infer::Model& model) {
  return "the network takes " + describe(model.inputs()) + " and gives " + describe(model.outputs());
}

Result<std::vector<Detection>> look_at(const capture::Picture& picture, const Plan& plan) {
  const Size frame = picture.size();
  std::vector<RegionDetection> found;
  for (const PixelBox& region : plan_regions(frame, plan.tiles)) {
    const Size size{static_cast<int>(region.width), static_cast<int>(region.height)};
    const View view{region, plan.input(size)};
    auto seen = plan.look(size == frame ? picture.scaled(view.content) : picture.cut(region, view.content));
    if (!seen) return seen;
    for (const Detection& one : *seen) {
      Detection placed = to_frame(one, view);
      const bool cut = is_cut(placed.box, region, frame);
      placed.box = clip(placed.box, frame);
      if (placed.box.area() > 0) found.push_back({placed, cut});
    }
  }
  return merge_regions(std::move(found), plan.suppression);
}

}  // namespace regard::detect
