// What commands and server say in the same JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "app/people.h"

namespace regard::app {

[[nodiscard]] nlohmann::ordered_json quality_json(const FacePicture& face);
[[nodiscard]] nlohmann::ordered_json identity_json(const gallery::Identity& identity, const std::string& name);
[[nodiscard]] nlohmann::ordered_json identified_json(const Identified& one);
[[nodiscard]] nlohmann::ordered_json gallery_json(const consent::Gallery& gallery, std::uint64_t enrolled);

}  // namespace regard::app
