#include "app/naming.h"

#include <algorithm>

namespace regard::app {

std::optional<std::string> name_to_tell(const consent::Facts& facts, Timestamp now) {
  if (!facts.subject || !facts.gallery || !facts.is_enrolled) return std::nullopt;
  const auto covers = [&](const consent::Consent& consent) {
    return state_of(consent, now) == consent::ConsentState::active && consent.purposes.contains(facts.gallery->purpose);
  };
  const bool may = facts.gallery->purpose == consent::Purpose::watchlist
                       ? facts.watchlist && state_of(*facts.watchlist, now) == consent::WatchlistState::active
                       : std::ranges::any_of(facts.consents, covers);
  return may ? std::optional{facts.subject->name} : std::nullopt;
}

}  // namespace regard::app
