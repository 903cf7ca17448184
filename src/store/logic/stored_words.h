// Enumerations as the database keeps them. Apart from what is shown to people, so that better words there never change
// what is stored.
#pragma once

#include <optional>
#include <string_view>

#include "consent/consent.h"

namespace regard::store {

[[nodiscard]] std::string_view stored(consent::Purpose purpose);
[[nodiscard]] std::string_view stored(consent::LegalBasis basis);
/// Empty for a word that no version has written.
[[nodiscard]] std::optional<consent::Purpose> purpose_stored_as(std::string_view word);
[[nodiscard]] std::optional<consent::LegalBasis> basis_stored_as(std::string_view word);

}  // namespace regard::store
