// What `regard models` prints. Pure: networks in, text out.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "infer/packs.h"

namespace regard::app {

/// One line per network, in columns; '*' marks the one that is used for its task.
[[nodiscard]] std::string networks_table(std::span<const infer::Network> networks);

/// Everything the manifest of one network says, in words.
[[nodiscard]] std::string network_page(const infer::Network& network);

/// For every task, in the order of infer::Task: the network that is used and how good it is known to be, or that there
/// is none. `networks` are all known ones, preferred first.
[[nodiscard]] std::string what_it_means(std::span<const infer::Network> networks);

/// "yunet, picodet-s-416 from the mirror; lightqnet-dm025 missing: ..."
[[nodiscard]] std::string install_summary(const infer::InstalledPack& pack);

[[nodiscard]] nlohmann::ordered_json to_json(const infer::Network& network);
[[nodiscard]] nlohmann::ordered_json to_json(const infer::InstalledPack& pack);

}  // namespace regard::app
