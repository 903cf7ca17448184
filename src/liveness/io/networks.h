// The networks that `liveness` can ask: a face in, how likely it is a live one out.
#pragma once

#include <memory>
#include <vector>

#include "liveness/liveness.h"

namespace regard::liveness {

/// One network as it must be fed. Immutable: any thread.
class LiveNetwork {
 public:
  virtual ~LiveNetwork() = default;
  /// 0..1, higher is live. Errors: those of the network.
  [[nodiscard]] virtual Result<float> look(const capture::Picture& picture, const PixelBox& face) const = 0;
};

/// One for each model, in their order. Errors: unsupported, naming the inputs and outputs that are known.
[[nodiscard]] Result<std::vector<std::shared_ptr<const LiveNetwork>>> as_live_networks(
    const std::vector<std::shared_ptr<const infer::Model>>& models);

/// Whether `model` is one of the twins of the standard pack.
[[nodiscard]] bool is_minifasnet(const infer::Model& model);

}  // namespace regard::liveness
