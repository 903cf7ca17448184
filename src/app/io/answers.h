// What commands and server say in the same JSON.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>

#include "app/cameras.h"
#include "app/people.h"
#include "app/rights.h"
#include "sinks/dead_letters.h"

namespace regard::app {

using Json = nlohmann::ordered_json;

[[nodiscard]] Json person_json(const consent::Subject& subject, std::size_t templates);
[[nodiscard]] Json granted_json(const Granted& granted);
[[nodiscard]] Json erased_json(const consent::SubjectId& subject, const Erased& erased);
[[nodiscard]] Json enrolment_json(const consent::SubjectId& subject, const consent::GalleryName& gallery,
                                  const EnrolReport& report, std::span<const FacePicture> pictures);
[[nodiscard]] Json verification_json(const consent::Subject& subject, const std::optional<gallery::Identity>& found,
                                     const FacePicture& face);
[[nodiscard]] Json identities_json(std::span<const Identified> identified);
[[nodiscard]] Json gallery_json(const consent::Gallery& gallery, std::uint64_t enrolled);
[[nodiscard]] Json watchlist_json(const consent::Watchlist& list, Timestamp now);
[[nodiscard]] Json camera_json(const CameraStatus& camera);
/// People by their pseudonyms.
[[nodiscard]] Json letter_json(const sinks::DeadLetter& letter);

}  // namespace regard::app
