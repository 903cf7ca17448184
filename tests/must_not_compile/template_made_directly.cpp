// Only the embedders make a template, under a permit.
// STAGE: embed
// EXPECT: Template.*is private within this context|calling a private constructor
#include "embed/embed.h"

using namespace regard;

embed::Template make(crypto::SecretBytes numbers, embed::Template given, consent::EntryId entry) {
#ifdef MISUSE
  return embed::Template{std::move(numbers), given.version(), entry};
#else
  static_cast<void>(numbers);
  static_cast<void>(entry);
  return given;
#endif
}
