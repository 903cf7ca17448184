// Only `reveal` makes a RevealedImage, and it asks for a permit.
// STAGE: events
// EXPECT: RevealedImage.*is private within this context|calling a private constructor
#include "events/events.h"

using namespace regard;

Result<events::RevealedImage> peep(BgrImage picture, const CameraName& camera, const consent::RevealPermit& permit) {
#ifdef MISUSE
  return events::RevealedImage{std::move(picture)};
#else
  return events::reveal(std::move(picture), camera, permit, {});
#endif
}
