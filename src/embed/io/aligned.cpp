#include "embed/io/aligned.h"

#include "image/image.h"

namespace regard::embed {

BgrImage aligned_face(const capture::Picture& picture, const Similarity& to_input, int side) {
  const Crop crop = plan_crop(to_input, side);
  const Similarity& m = crop.to_net;
  return image::warp(picture.cut(crop.region, crop.size).view(), {m.a, -m.b, m.x0, m.b, m.a, m.y0}, {side, side});
}

}  // namespace regard::embed
