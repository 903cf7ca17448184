// Who may be named in an event that is delivered now.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "consent/consent.h"
#include "core/core.h"
#include "sinks/naming.h"
#include "store/store.h"

namespace regard::app {

/// The subject's name when an event about the gallery may tell it at `now`: they are known and enrolled there, and a
/// consent, or an active watchlist, covers it. Pure.
[[nodiscard]] std::optional<std::string> name_to_tell(const consent::Facts& facts, Timestamp now);

/// Asks `database` each time. Both must outlive it.
[[nodiscard]] sinks::Naming names_from(store::Database& database, const Clock& clock);
/// The same from the file of a database, which is opened when the first name is asked for. Nobody has a name when there
/// is no such file. `clock` must outlive it.
[[nodiscard]] sinks::Naming names_from(const std::filesystem::path& file, const Clock& clock);

}  // namespace regard::app
