// The networks that `embed` can run: an aligned face in, a unit vector out. To feed another network, add a line to the
// table in networks.cpp.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "embed/embed.h"

namespace regard::embed {

/// One face network as it must be fed. Immutable: any thread.
class FaceNetwork {
 public:
  virtual ~FaceNetwork() = default;
  /// How many values it gives.
  [[nodiscard]] virtual std::size_t size() const = 0;
  /// How it is fed, where that has changed since templates were first made with it: part of the template's version,
  /// because vectors of two ways do not compare. Empty for the first way.
  [[nodiscard]] virtual std::string_view recipe() const = 0;
  /// Writes the unit vector of the face with these points into `vector`, which has `size()` values. Everything that was
  /// computed on the way is wiped. Errors: invalid_input (points that are no face), those of the network.
  [[nodiscard]] virtual Result<void> describe(const capture::Picture& picture, const FacePoints& points,
                                              std::span<float> vector) const = 0;
};

/// Null when `model` has other inputs or outputs than the networks that are known.
[[nodiscard]] std::shared_ptr<const FaceNetwork> as_face_network(std::shared_ptr<const infer::Model> model);

/// The body network; its input is the box, resized.
[[nodiscard]] bool is_body_network(const infer::Model& model);
inline constexpr std::size_t body_values = 256;
/// As FaceNetwork::describe.
[[nodiscard]] Result<void> describe_body(const infer::Model& model, const capture::Picture& picture,
                                         const PixelBox& body, std::span<float> vector);

}  // namespace regard::embed
