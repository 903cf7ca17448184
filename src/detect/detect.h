// detect: a frame in, what is in it out.  Frame -> [Detection]   Nobody is recognised here.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/capture.h"
#include "core/core.h"
#include "infer/infer.h"

namespace regard::detect {

enum class Kind { person, face, object };
[[nodiscard]] std::string_view to_string(Kind kind);

/// Number of a COCO class, 0..79 in the order of the 2017 release without gaps (0 person, 2 car); faces have none.
struct ObjectClass {
  int value = -1;
  friend auto operator<=>(const ObjectClass&, const ObjectClass&) = default;
};
inline constexpr int object_class_count = 80;
[[nodiscard]] std::string_view class_name(ObjectClass object);
/// Errors: invalid_input, with the nearest known name.
[[nodiscard]] Result<ObjectClass> class_from(std::string_view name);

/// Colours of upper and lower clothes, coarsely: enough to tell two people in one picture apart while they are
/// followed. Not a biometric template: it lives as long as the track, never leaves it, and never tells who somebody is.
struct Clothing {
  static constexpr std::size_t bins = 8;
  /// Luma, blue and red difference of the upper, then of the lower half; each sums to 1.
  std::array<std::array<float, bins>, 6> histograms{};
};
/// 0 (the same colours) .. 1 (none in common): Hellinger distance averaged over the histograms.
[[nodiscard]] float difference(const Clothing& a, const Clothing& b);

/// Something found in one frame. Boxes and points are in pixels of that frame.
struct Detection {
  Kind kind = Kind::object;
  ObjectClass object;  ///< of persons and objects
  Score score;
  PixelBox box;
  std::optional<FacePoints> points;    ///< of faces
  std::optional<Clothing> clothing{};  ///< of persons
};

/// Which classes are wanted. Persons and faces are switched apart from the other classes.
struct Wanted {
  bool faces = true;
  bool persons = true;
  std::vector<ObjectClass> objects;  ///< besides persons
};

struct FaceOptions {
  Score threshold{0.6F};     ///< for photographs and 1080p streams, MODELS.md
  float suppression = 0.3F;  ///< overlap above which the weaker of two faces is dropped
  int longest_side = 640;    ///< YuNet: the frame is scaled so that its longer side is this; never enlarged
  int tiles = 1;             ///< n x n overlapping tiles, each seen like the whole, besides it: for small faces
};

struct ObjectOptions {
  Score threshold{0.4F};
  float suppression = 0.55F;  ///< overlap above which the weaker of two objects of one class is dropped
  int tiles = 1;  ///< n x n overlapping tiles besides the whole: for distant people, at n * n + 1 times the cost
};

class FaceNetwork;    // one run of a network over one picture: detect/io/networks.h
class ObjectNetwork;  // the same

/// Finds faces by YuNet or BlazeFace, told apart by the network's inputs and outputs. Immutable: any thread.
///
/// BlazeFace sees a region at 256 pixels whatever `longest_side` says, and finds one point for the mouth: the two
/// corners that it reports in FacePoints are estimates (detect/logic/decode_blazeface.h).
class FaceDetector {
 public:
  /// Errors: unsupported, when `model` has the inputs and outputs of neither; invalid_input, when an option is out of
  /// range.
  [[nodiscard]] static Result<FaceDetector> create(std::shared_ptr<const infer::Model> model,
                                                   const FaceOptions& options = {});
  /// Faces, best score first. Errors: those of the network's run.
  [[nodiscard]] Result<std::vector<Detection>> detect(const capture::Picture& picture) const;

 private:
  FaceDetector(std::shared_ptr<const FaceNetwork> network, const FaceOptions& options);
  std::shared_ptr<const FaceNetwork> network_;
  FaceOptions options_;
};

/// Finds persons and objects by PicoDet or CenterNet, told apart by the network's inputs and outputs. The side of the
/// network's square input is read from the model. Immutable: any thread.
class ObjectDetector {
 public:
  /// Errors: unsupported, when `model` has the inputs and outputs of neither; invalid_input, when an option is out of
  /// range.
  [[nodiscard]] static Result<ObjectDetector> create(std::shared_ptr<const infer::Model> model,
                                                     const ObjectOptions& options = {});
  /// Persons and the other wanted classes, best score first. Errors: those of the network's run.
  [[nodiscard]] Result<std::vector<Detection>> detect(const capture::Picture& picture, const Wanted& wanted) const;
  /// Side of the network's input in pixels.
  [[nodiscard]] int side() const;

 private:
  ObjectDetector(std::shared_ptr<const ObjectNetwork> network, const ObjectOptions& options);
  std::shared_ptr<const ObjectNetwork> network_;
  ObjectOptions options_;
};

}  // namespace regard::detect
