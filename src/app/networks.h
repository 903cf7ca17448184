// Which installed networks a run uses, loaded once for all cameras.
#pragma once

#include <string>

#include "app/pipeline.h"
#include "core/core.h"

namespace regard::app {

struct NetworkOptions {
  std::string folder;  ///< of installed networks; empty: infer::default_folder()
  std::string provider = "cpu";
  int threads = 1;  ///< within one run of a network
  int tiles = 1;    ///< n x n besides the whole frame, of both detectors
};

/// Loads the preferred face and object detectors. Errors: not_found (run `regard models install`), corrupt,
/// unsupported.
[[nodiscard]] Result<Networks> open_networks(const NetworkOptions& options);

}  // namespace regard::app
