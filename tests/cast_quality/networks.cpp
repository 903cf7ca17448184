#include "networks.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "image/image.h"

namespace regard::cast_quality {
namespace {

/// Planes of a picture padded to `width` x `height`; `order` picks the channels of BGR.
std::vector<float> planes_of(const BgrImage& picture, int width, int height, std::array<int, 3> order,
                             std::array<float, 3> mean, std::array<float, 3> deviation) {
  std::vector<float> values(static_cast<std::size_t>(3) * width * height, 0.0F);
  for (int c = 0; c < 3; ++c) {
    const auto channel = static_cast<std::size_t>(c);
    for (int y = 0; y < picture.height(); ++y) {
      for (int x = 0; x < picture.width(); ++x) {
        values[(channel * height + static_cast<std::size_t>(y)) * width + static_cast<std::size_t>(x)] =
            (static_cast<float>(picture.at(x, y)[order[channel]]) - mean[channel]) / deviation[channel];
      }
    }
  }
  return values;
}

std::vector<Seen> suppress(std::vector<Seen> found, float most_overlap) {
  std::sort(found.begin(), found.end(), [](const Seen& a, const Seen& b) { return a.score > b.score; });
  std::vector<Seen> kept;
  for (const Seen& candidate : found) {
    const bool covered = std::any_of(kept.begin(), kept.end(),
                                     [&](const Seen& k) { return overlap(k.box, candidate.box) > most_overlap; });
    if (!covered) kept.push_back(candidate);
  }
  return kept;
}

}  // namespace

std::optional<std::filesystem::path> model_folder() {
  std::vector<std::filesystem::path> places;
  if (const char* named = std::getenv("REGARD_SHARED")) places.emplace_back(named);
  for (auto folder = std::filesystem::current_path(); folder.has_relative_path(); folder = folder.parent_path())
    places.push_back(folder / "shared");
  for (const auto& place : places) {
    if (std::filesystem::exists(place / "models" / "yunet_n_dynamic.onnx")) return place / "models";
  }
  return std::nullopt;
}

Result<Networks> Networks::open(const std::filesystem::path& folder) {
  auto yunet = infer::Model::open(folder / "yunet_n_dynamic.onnx", {});
  if (!yunet) return pass_on(std::move(yunet));
  auto picodet = infer::Model::open(folder / "picodet_s_416_coco.onnx", {});
  if (!picodet) return pass_on(std::move(picodet));
  auto face = infer::Model::open(folder / "face-reidentification-retail-0095.onnx", {});
  if (!face) return pass_on(std::move(face));
  return Networks{std::move(*yunet), std::move(*picodet), std::move(*face)};
}

std::vector<Seen> Networks::faces(const BgrView& picture, int longest, float least_score) const {
  const float scale = std::min(
      1.0F, static_cast<float>(longest) / static_cast<float>(std::max(picture.size.width, picture.size.height)));
  const Size size{static_cast<int>(std::lround(static_cast<float>(picture.size.width) * scale)),
                  static_cast<int>(std::lround(static_cast<float>(picture.size.height) * scale))};
  const BgrImage small = image::resize(picture, size);
  const int width = (size.width + 31) / 32 * 32;
  const int height = (size.height + 31) / 32 * 32;
  const std::vector<float> values = planes_of(small, width, height, {0, 1, 2}, {0, 0, 0}, {1, 1, 1});
  const auto outputs = yunet_.run({"input", {1, 3, height, width}, values});
  std::vector<Seen> found;
  if (!outputs) return found;
  for (const int stride : {8, 16, 32}) {
    const std::string suffix = "_" + std::to_string(stride);
    const auto cls = (*outputs)["cls" + suffix].values;
    const auto obj = (*outputs)["obj" + suffix].values;
    const auto box = (*outputs)["bbox" + suffix].values;
    const auto kps = (*outputs)["kps" + suffix].values;
    const int columns = width / stride;
    const auto s = static_cast<float>(stride);
    for (std::size_t i = 0; i < cls.size(); ++i) {
      const float score = std::sqrt(std::clamp(cls[i], 0.0F, 1.0F) * std::clamp(obj[i], 0.0F, 1.0F));
      if (score < least_score) continue;
      const auto column = static_cast<float>(static_cast<int>(i) % columns);
      const auto row = static_cast<float>(static_cast<int>(i) / columns);
      const float w = std::exp(box[4 * i + 2]) * s / scale;
      const float h = std::exp(box[4 * i + 3]) * s / scale;
      const float x = (column + box[4 * i]) * s / scale;
      const float y = (row + box[4 * i + 1]) * s / scale;
      const auto point = [&](std::size_t k) {
        return PixelPoint{(column + kps[10 * i + 2 * k]) * s / scale, (row + kps[10 * i + 2 * k + 1]) * s / scale};
      };
      found.push_back({{x - w / 2, y - h / 2, w, h}, score, {point(0), point(1), point(2), point(3), point(4)}});
    }
  }
  return suppress(std::move(found), 0.3F);
}

std::vector<Seen> Networks::bodies(const BgrView& picture, float least_score) const {
  constexpr int side = 416;
  const BgrImage small = image::resize(picture, {side, side});
  const std::vector<float> values =
      planes_of(small, side, side, {2, 1, 0}, {123.675F, 116.28F, 103.53F}, {58.395F, 57.12F, 57.375F});
  const auto outputs = picodet_.run({picodet_.inputs()[0].name, {1, 3, side, side}, values});
  std::vector<Seen> found;
  if (!outputs) return found;
  const float sx = static_cast<float>(picture.size.width) / side;
  const float sy = static_cast<float>(picture.size.height) / side;
  for (const int stride : {8, 16, 32, 64}) {
    const int cells = (side + stride - 1) / stride;
    const infer::TensorView* scores = nullptr;
    const infer::TensorView* distances = nullptr;
    for (const infer::TensorView& t : outputs->all()) {
      if (t.shape.size() == 3 && t.shape[1] == cells * cells) (t.shape[2] == 80 ? scores : distances) = &t;
    }
    if (scores == nullptr || distances == nullptr) continue;
    for (int i = 0; i < cells * cells; ++i) {
      const float score = scores->values[static_cast<std::size_t>(i) * 80];
      if (score < least_score) continue;
      std::array<float, 4> reach{};
      for (std::size_t k = 0; k < 4; ++k) {
        float sum = 0;
        float total = 0;
        for (std::size_t b = 0; b < 8; ++b) {
          const float e = std::exp(distances->values[static_cast<std::size_t>(i) * 32 + k * 8 + b]);
          sum += e;
          total += e * static_cast<float>(b);
        }
        reach[k] = total / sum * static_cast<float>(stride);
      }
      const float x = (static_cast<float>(i % cells) + 0.5F) * static_cast<float>(stride);
      const float y = (static_cast<float>(i / cells) + 0.5F) * static_cast<float>(stride);
      found.push_back(
          {{(x - reach[0]) * sx, (y - reach[1]) * sy, (reach[0] + reach[2]) * sx, (reach[1] + reach[3]) * sy},
           score,
           {}});
    }
  }
  return suppress(std::move(found), 0.55F);
}

std::array<float, 256> Networks::face_template(const BgrView& picture, const FacePoints& points) const {
  constexpr float side = 128;
  constexpr std::array<PixelPoint, 5> wanted{{{.31556875F * side, .46157411F * side},
                                              {.68262292F * side, .46157411F * side},
                                              {.50026250F * side, .64050536F * side},
                                              {.34947188F * side, .82469196F * side},
                                              {.65343646F * side, .82469196F * side}}};
  // Least squares for a similarity (Umeyama 1991) in the plane, where it has a closed form.
  const auto from = points.in_order();
  PixelPoint mean_from, mean_to;
  for (std::size_t i = 0; i < 5; ++i) {
    mean_from = {mean_from.x + from[i].x / 5, mean_from.y + from[i].y / 5};
    mean_to = {mean_to.x + wanted[i].x / 5, mean_to.y + wanted[i].y / 5};
  }
  float a = 0, b = 0, n = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    const float fx = from[i].x - mean_from.x, fy = from[i].y - mean_from.y;
    const float tx = wanted[i].x - mean_to.x, ty = wanted[i].y - mean_to.y;
    a += fx * tx + fy * ty;
    b += fx * ty - fy * tx;
    n += fx * fx + fy * fy;
  }
  a /= n;
  b /= n;
  const image::Affine map{a, -b, mean_to.x - a * mean_from.x + b * mean_from.y,
                          b, a,  mean_to.y - b * mean_from.x - a * mean_from.y};
  const BgrImage aligned = image::warp(picture, map, {128, 128});
  const std::vector<float> values = planes_of(aligned, 128, 128, {0, 1, 2}, {0, 0, 0}, {1, 1, 1});
  std::array<float, 256> result{};
  const auto outputs = face_.run({face_.inputs()[0].name, {1, 3, 128, 128}, values});
  if (!outputs) return result;
  const auto raw = outputs->all()[0].values;
  float norm = 0;
  for (const float v : raw) norm += v * v;
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = raw[i] / std::sqrt(std::max(norm, 1e-12F));
  return result;
}

float cosine(const std::array<float, 256>& a, const std::array<float, 256>& b) {
  float sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace regard::cast_quality
