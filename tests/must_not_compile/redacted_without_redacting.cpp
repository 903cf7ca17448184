// Only `redact` makes a RedactedImage.
// STAGE: events
// EXPECT: RedactedImage.*is private within this context|calling a private constructor
#include "events/events.h"

using namespace regard;

events::RedactedImage pretend(BgrImage picture) {
#ifdef MISUSE
  return events::RedactedImage{std::move(picture)};
#else
  return events::redact(std::move(picture), {});
#endif
}
