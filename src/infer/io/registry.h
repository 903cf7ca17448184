// What is in a models folder. Inside infer's io only.
//   FOLDER/manifests/NAME.toml   manifests that the user added
//   FOLDER/NAME/                 one network: its ONNX file, and receipt.json when it was imported
#pragma once

#include <filesystem>

#include "infer/packs.h"

namespace regard::infer {

/// How closely `inspect` looks.
enum class Look { at_sizes, at_contents };

[[nodiscard]] Network inspect(const Manifest& manifest, const std::filesystem::path& folder, Look look);

/// What was made of what: written beside an imported network, whose bytes no manifest can pin.
struct Receipt {
  int version = 0;  ///< importer_version
  std::string importer;
  std::vector<std::string> from;  ///< SHA-256 of the files imported, in the order of the manifest
  std::uint64_t size = 0;         ///< of the network made
  std::string sha256;
};

/// The receipt that importing these files as the manifest says would leave, apart from the network's size and checksum.
[[nodiscard]] Receipt expected_receipt(const Manifest& manifest);
[[nodiscard]] std::string write_receipt(const Receipt& receipt);

}  // namespace regard::infer
