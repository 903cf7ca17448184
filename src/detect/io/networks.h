// The networks that `detect` can run, each behind the same sentence: pixels of a region in, what is in them out. To
// read another network, write a file like blazeface.cpp and add it to the list in faces.cpp or objects.cpp.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "detect/detect.h"

namespace regard::detect {

/// A network that finds faces. Immutable: any thread.
class FaceNetwork {
 public:
  virtual ~FaceNetwork() = default;
  /// The size in which it wants to see a region of `region` pixels.
  [[nodiscard]] virtual Size size_for(Size region) const = 0;
  /// Faces in pixels of `picture`, which has a size that `size_for` gave; one face may come several times.
  [[nodiscard]] virtual Result<std::vector<Detection>> find(const BgrImage& picture, float threshold) const = 0;
};

/// A network with a square input that finds the 80 COCO classes. Immutable: any thread.
class ObjectNetwork {
 public:
  virtual ~ObjectNetwork() = default;
  [[nodiscard]] virtual int side() const = 0;
  /// Objects of `classes` (sorted) in pixels of `picture`, which has the network's size; one may come several times.
  [[nodiscard]] virtual Result<std::vector<Detection>> find(const BgrImage& picture,
                                                            std::span<const ObjectClass> classes,
                                                            float threshold) const = 0;
};

// Each of these gives null when `model` has other inputs or outputs than the network of that name.
[[nodiscard]] std::shared_ptr<const FaceNetwork> as_yunet(const std::shared_ptr<const infer::Model>& model,
                                                          int longest_side);
[[nodiscard]] std::shared_ptr<const FaceNetwork> as_blazeface(const std::shared_ptr<const infer::Model>& model);
[[nodiscard]] std::shared_ptr<const ObjectNetwork> as_picodet(const std::shared_ptr<const infer::Model>& model);
[[nodiscard]] std::shared_ptr<const ObjectNetwork> as_centernet(const std::shared_ptr<const infer::Model>& model);

}  // namespace regard::detect
