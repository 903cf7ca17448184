// A gallery moved to other networks: every kept picture is embedded anew.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/data_folder.h"
#include "app/networks.h"
#include "core/core.h"
#include "gallery/gallery.h"

namespace regard::app {

/// Somebody whose templates could not be made anew, and what to do about it.
struct Hindrance {
  consent::SubjectId person;
  std::string cause;
  std::string remedy;
};

struct MigrationReport {
  gallery::Migration found;               ///< where it stood at the beginning
  std::vector<Hindrance> hindrances;      ///< while there are any, the gallery stays as it is
  std::size_t people = 0;                 ///< whose templates were made anew by this call
  std::optional<consent::EntryId> entry;  ///< that says so; empty when the gallery was not moved
};

/// Makes the templates of everybody in a gallery anew, each under permits of its own, and then puts them in the place
/// of the old ones at once. What was made is kept when it is interrupted. Errors: not_found (gallery), unavailable
/// (somebody was enrolled meanwhile: call it again).
[[nodiscard]] Result<MigrationReport> migrate(DataFolder& data, const PictureNetworks& networks,
                                              const consent::Actor& actor, const consent::GalleryName& gallery);

}  // namespace regard::app
