#include "embed/io/networks.h"

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <utility>

#include "detect/planes.h"
#include "embed/io/aligned.h"
#include "embed/logic/align.h"

namespace regard::embed {
namespace {

/// How a network wants to be fed.
struct Feeding {
  int side;
  std::size_t values;
  detect::ColourOrder order;
  std::array<float, 3> mean;  ///< in the order of the planes
  std::array<float, 3> deviation;
  const FivePoints& points;
  std::span<const float> crops;  ///< the face is described once for each, tighter by this factor, and all are added
  bool mirrored;                 ///< so is each mirrored
  std::string_view recipe;       ///< see FaceNetwork; to be changed with anything above
};

constexpr std::array<float, 1> once{1};
// The descriptor is unsure of single crops, as its author says who averages a hundred. On LFW View 1 training pairs
// these three, with BlazeFace's points, err least: docs/numbers.md.
constexpr std::array<float, 3> thrice{1.0F, 1.1F, 1.2F};

/// models/*.toml says the same, network by network.
const std::array<Feeding, 3>& feedings() {
  using enum detect::ColourOrder;
  static const std::array<Feeding, 3> all{{
      // face-reidentification-retail-0095
      {128, 256, bgr, {0, 0, 0}, {1, 1, 1}, retail_template(), once, false, ""},
      // mobilefacenet
      {112, 128, rgb, {123.675F, 116.28F, 103.53F}, {58.395F, 57.12F, 57.375F}, arcface_template(), once, false, ""},
      // face-descriptor
      {150, 128, rgb, {122.782F, 117.001F, 104.298F}, {256, 256, 256}, descriptor_template(), thrice, true, "crops3"},
  }};
  return all;
}

bool takes(const infer::Model& model, std::int64_t height, std::int64_t width, std::size_t values) {
  if (model.inputs().size() != 1 || model.outputs().size() != 1) return false;
  const std::vector<std::int64_t>& in = model.inputs()[0].shape;
  const std::vector<std::int64_t>& out = model.outputs()[0].shape;
  const bool input = in.size() == 4 && in[0] <= 1 && in[1] == 3 && in[2] == height && in[3] == width;
  if (!input || out.size() < 2 || out[0] > 1) return false;
  return std::accumulate(out.begin() + 1, out.end(), std::int64_t{1}, std::multiplies<>{}) ==
         static_cast<std::int64_t>(values);
}

/// Pixels of a face on their way into a network: wiped when the run is over.
class Planes {
 public:
  Planes(const BgrImage& picture, const detect::PlaneOptions& options)
      : values_(3 * static_cast<std::size_t>(picture.width()) * static_cast<std::size_t>(picture.height())) {
    detect::fill_planes(picture.view(), picture.size(), options, values_);
  }
  Planes(const Planes&) = delete;
  Planes& operator=(const Planes&) = delete;
  ~Planes() { crypto::wipe(std::span<float>{values_}); }
  [[nodiscard]] std::span<const float> values() const { return values_; }

 private:
  std::vector<float> values_;
};

/// Adds what `model` says of `picture` to `vector`, and wipes the runtime's own copy.
Result<void> add_run(const infer::Model& model, const BgrImage& picture, const detect::PlaneOptions& options,
                     std::span<float> vector) {
  const Planes planes{picture, options};
  const auto outputs = model.run({model.inputs()[0].name, {1, 3, picture.height(), picture.width()}, planes.values()});
  if (!outputs) return tl::unexpected{outputs.error()};
  const std::span<const float> given = outputs->all()[0].values;
  if (given.size() != vector.size()) {
    return fail(ErrorKind::unsupported, "making a template", "the network gave another number of values than declared",
                "choose another network");
  }
  for (std::size_t i = 0; i < given.size(); ++i) vector[i] += given[i];
  // The tensor belongs to `outputs`, which nobody else has; only its view is const.
  crypto::wipe(std::span<float>{const_cast<float*>(given.data()), given.size()});
  return {};
}

Result<void> scaled(std::span<float> vector) {
  if (make_unit(vector)) return {};
  return fail(ErrorKind::unsupported, "making a template", "the network gave no usable values",
              "run `regard models verify`");
}

void mirror(BgrImage& picture) {
  for (int y = 0; y < picture.height(); ++y) {
    for (int x = 0; x < picture.width() / 2; ++x) {
      std::swap_ranges(picture.at(x, y), picture.at(x, y) + 3, picture.at(picture.width() - 1 - x, y));
    }
  }
}

detect::PlaneOptions planes_of(const Feeding& feeding) {
  detect::PlaneOptions options;
  options.order = feeding.order;
  for (std::size_t c = 0; c < 3; ++c) {
    options.scale[c] = 1 / feeding.deviation[c];
    options.offset[c] = -feeding.mean[c] / feeding.deviation[c];
  }
  return options;
}

class AlignedNetwork final : public FaceNetwork {
 public:
  AlignedNetwork(std::shared_ptr<const infer::Model> model, const Feeding& feeding)
      : model_{std::move(model)}, feeding_{feeding} {}

  [[nodiscard]] std::size_t size() const override { return feeding_.values; }
  [[nodiscard]] std::string_view recipe() const override { return feeding_.recipe; }

  [[nodiscard]] Result<void> describe(const capture::Picture& picture, const FacePoints& points,
                                      std::span<float> vector) const override {
    std::fill(vector.begin(), vector.end(), 0.0F);
    for (const float crop : feeding_.crops) {
      if (auto done = add_crop(picture, points, crop, vector); !done) return done;
    }
    return scaled(vector);
  }

 private:
  [[nodiscard]] Result<void> add_crop(const capture::Picture& picture, const FacePoints& points, float crop,
                                      std::span<float> vector) const {
    const auto to_input = align(points.in_order(), tightened(feeding_.points, feeding_.side, crop));
    if (!to_input) {
      return fail(ErrorKind::invalid_input, "aligning a face", "its five points are not those of a face",
                  "use another picture");
    }
    BgrImage face = aligned_face(picture, *to_input, feeding_.side);
    const detect::PlaneOptions planes = planes_of(feeding_);
    auto done = add_run(*model_, face, planes, vector);
    if (done && feeding_.mirrored) {
      mirror(face);
      done = add_run(*model_, face, planes, vector);
    }
    crypto::wipe(face.bytes());
    return done;
  }

  std::shared_ptr<const infer::Model> model_;
  Feeding feeding_;
};

constexpr Size body_size{128, 256};

}  // namespace

std::shared_ptr<const FaceNetwork> as_face_network(std::shared_ptr<const infer::Model> model) {
  for (const Feeding& feeding : feedings()) {
    if (takes(*model, feeding.side, feeding.side, feeding.values)) {
      return std::make_shared<const AlignedNetwork>(std::move(model), feeding);
    }
  }
  return nullptr;
}

bool is_body_network(const infer::Model& model) { return takes(model, body_size.height, body_size.width, body_values); }

Result<void> describe_body(const infer::Model& model, const capture::Picture& picture, const PixelBox& body,
                           std::span<float> vector) {
  const PixelBox inside = clip(body, picture.size());
  if (!(inside.area() >= 1)) {
    return fail(ErrorKind::invalid_input, "making a body template", "the body is outside the picture",
                "use another picture");
  }
  BgrImage crop = picture.cut(inside, body_size);
  std::fill(vector.begin(), vector.end(), 0.0F);
  auto done = add_run(model, crop, {}, vector);
  crypto::wipe(crop.bytes());
  return done ? scaled(vector) : done;
}

}  // namespace regard::embed
