// Whoever may look somebody up may not compare templates freely: that is the vault's work.
// STAGE: embed
// EXPECT: no matching (member )?function for call to
#include "embed/embed.h"

using namespace regard;

Result<float> score(const consent::EvaluatePermit& permit, const consent::IdentifyPermit& other,
                    const embed::Template& a, const embed::Template& b, const Clock& clock) {
#ifdef MISUSE
  static_cast<void>(permit);
  return embed::compare(other, a, b, clock);
#else
  static_cast<void>(other);
  return embed::compare(permit, a, b, clock);
#endif
}
