// A redacted picture cannot be painted over: its pixels are read only.
// STAGE: events
// EXPECT: discards qualifiers|cannot bind|drops 'const'|binding reference
#include "events/events.h"

using namespace regard;

std::size_t look(events::RedactedImage& picture, const BgrImage& original) {
#ifdef MISUSE
  BgrImage& pixels = picture.pixels();
  pixels = original;
  return pixels.bytes().size();
#else
  const BgrImage& pixels = picture.pixels();
  return pixels.bytes().size() + original.bytes().size();
#endif
}
