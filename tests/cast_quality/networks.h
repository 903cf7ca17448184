// The networks that judge the synthetic people, decoded here in a few lines so that the figures do not depend on
// `detect`.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <vector>

#include "core/core.h"
#include "infer/infer.h"

namespace regard::cast_quality {

/// The folder of the standard pack's networks, from REGARD_SHARED or a folder `shared` above here; none if absent.
[[nodiscard]] std::optional<std::filesystem::path> model_folder();

struct Seen {
  PixelBox box;
  float score = 0;
  FacePoints points;
};

class Networks {
 public:
  [[nodiscard]] static Result<Networks> open(const std::filesystem::path& folder);

  /// YuNet on the picture scaled so that its longest side is at most `longest`.
  [[nodiscard]] std::vector<Seen> faces(const BgrView& picture, int longest, float least_score) const;
  /// PicoDet-416, class person.
  [[nodiscard]] std::vector<Seen> bodies(const BgrView& picture, float least_score) const;
  /// Unit vector of the face with these points.
  [[nodiscard]] std::array<float, 256> face_template(const BgrView& picture, const FacePoints& points) const;

 private:
  Networks(infer::Model yunet, infer::Model picodet, infer::Model face)
      : yunet_{std::move(yunet)}, picodet_{std::move(picodet)}, face_{std::move(face)} {}
  infer::Model yunet_, picodet_, face_;
};

[[nodiscard]] float cosine(const std::array<float, 256>& a, const std::array<float, 256>& b);

}  // namespace regard::cast_quality
