#include <algorithm>
#include <cmath>

#include "detect/planes.h"
#include "embed/embed.h"
#include "embed/io/aligned.h"
#include "embed/logic/align.h"
#include "embed/logic/quality.h"
#include "image/image.h"

namespace regard::embed {
namespace {

constexpr int face_side = 112;
constexpr int network_side = 96;
constexpr int pose_side = 60;
// The inner face in ArcFace's crop: from the brows to the chin, without hair and background.
constexpr PixelBox inner_face{26, 34, 60, 66};

bool takes_square(const infer::Model& model, std::int64_t side, std::size_t outputs) {
  if (model.inputs().size() != 1 || model.outputs().size() != outputs) return false;
  const std::vector<std::int64_t>& in = model.inputs()[0].shape;
  return in.size() == 4 && in[1] == 3 && in[2] == side && in[3] == side;
}

bool is_head_pose(const infer::Model& model) {
  return takes_square(model, pose_side, 3) &&
         std::all_of(model.outputs().begin(), model.outputs().end(),
                     [](const infer::TensorSpec& spec) { return spec.name.starts_with("angle_"); });
}

float deviation(const GreyImage& picture) {
  const double mean = image::brightness(picture.view());
  double sum = 0;
  for (const std::uint8_t value : picture.bytes()) sum += (value - mean) * (value - mean);
  return static_cast<float>(std::sqrt(sum / static_cast<double>(std::max<std::size_t>(1, picture.bytes().size()))));
}

Result<infer::Outputs> run(const infer::Model& model, const BgrImage& picture, const detect::PlaneOptions& options) {
  std::vector<float> planes(3 * static_cast<std::size_t>(picture.width()) * static_cast<std::size_t>(picture.height()));
  detect::fill_planes(picture.view(), picture.size(), options, planes);
  return model.run({model.inputs()[0].name, {1, 3, picture.height(), picture.width()}, planes});
}

Result<void> measure_pose(const infer::Model& model, const capture::Picture& picture, const PixelBox& face,
                          Measures& measures) {
  const float side = std::max(face.width, face.height);
  const PixelBox square{face.x + (face.width - side) / 2, face.y + (face.height - side) / 2, side, side};
  const auto outputs = run(model, picture.cut(square, {pose_side, pose_side}), {});
  if (!outputs) return tl::unexpected{outputs.error()};
  measures.yaw = (*outputs)["angle_y_fc"].values[0];
  measures.pitch = (*outputs)["angle_p_fc"].values[0];
  return {};
}

Result<void> measure_network(const infer::Model& model, const BgrImage& aligned, Measures& measures) {
  detect::PlaneOptions options;
  options.scale.fill(1 / 128.0F);
  options.offset.fill(-1);
  const auto outputs = run(model, image::resize(aligned.view(), {network_side, network_side}), options);
  if (!outputs) return tl::unexpected{outputs.error()};
  if (outputs->all()[0].values.empty()) {
    return fail(ErrorKind::unsupported, "measuring a face", "the quality network gave nothing",
                "choose lightqnet-dm100");
  }
  measures.network = outputs->all()[0].values[0];
  return {};
}

}  // namespace

QualityMeter::QualityMeter(std::shared_ptr<const infer::Model> head_pose,
                           std::shared_ptr<const infer::Model> face_quality)
    : head_pose_{std::move(head_pose)}, face_quality_{std::move(face_quality)} {}

Result<QualityMeter> QualityMeter::create(std::shared_ptr<const infer::Model> head_pose,
                                          std::shared_ptr<const infer::Model> face_quality) {
  if (head_pose && !is_head_pose(*head_pose)) {
    return fail(ErrorKind::unsupported, "setting up face quality", "the head pose network is none that is known",
                "choose head-pose-estimation-adas-0001");
  }
  if (face_quality && !takes_square(*face_quality, network_side, 1)) {
    return fail(ErrorKind::unsupported, "setting up face quality", "the face quality network is none that is known",
                "choose lightqnet-dm100 or lightqnet-dm025");
  }
  return QualityMeter{std::move(head_pose), std::move(face_quality)};
}

Result<Quality> QualityMeter::measure(const capture::Picture& picture, const detect::Detection& face,
                                      Strictness strictness) const {
  const auto to_face = face.points ? align(face.points->in_order(), arcface_template()) : std::nullopt;
  if (!to_face || !(face.box.area() >= 1)) {
    return fail(ErrorKind::invalid_input, "measuring a face", "it has no points", "use another picture");
  }
  const BgrImage aligned = aligned_face(picture, *to_face, face_side);
  const GreyImage inner = image::cut(image::to_grey(aligned.view()).view(), inner_face,
                                     {static_cast<int>(inner_face.width), static_cast<int>(inner_face.height)});
  Measures measures;
  measures.brightness = image::brightness(inner.view());
  measures.contrast = deviation(inner);
  measures.sharpness = image::sharpness(inner.view()) / std::max(1.0F, measures.contrast * measures.contrast);
  measures.eye_distance = eye_distance_of(*face.points);
  measures.roll = roll_of(*face.points);
  measures.occlusion = occlusion_of(aligned);
  if (head_pose_) {
    if (auto done = measure_pose(*head_pose_, picture, face.box, measures); !done) return pass_on(std::move(done));
  }
  if (face_quality_) {
    if (auto done = measure_network(*face_quality_, aligned, measures); !done) return pass_on(std::move(done));
  }
  return assess(measures, strictness);
}

}  // namespace regard::embed
