// Naming: who somebody is, asked at the moment an event is delivered. What waits on the disk holds pseudonyms only, so
// nobody who was erased or withdrew meanwhile is named (docs/decisions/0008-names-are-put-in-at-delivery.md).
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/core.h"
#include "events/events.h"

namespace regard::sinks {

/// The name of a person for an event about this gallery; nothing when it may not be told (any more). Any thread.
/// Errors: unavailable; then nothing is delivered until it can be asked again.
using Naming = std::function<Result<std::optional<std::string>>(const consent::SubjectId& person,
                                                                const consent::GalleryName& gallery)>;

/// An event, as `events::to_json_without_names` writes it, as it is told now: one of the kind `identified` gets the
/// name, or "redacted": true when there is none; every other one stays as it is. Without `naming` nobody has a name.
/// Errors: those of `naming`.
[[nodiscard]] Result<std::string> named(const std::string& text, const Naming& naming);

}  // namespace regard::sinks
