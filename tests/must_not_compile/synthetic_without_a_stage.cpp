// Only the renderer makes a SyntheticImage: a camera's pixels cannot be passed off as people who do not exist.
// STAGE: cast
// EXPECT: SyntheticImage.*is private within this context|calling a private constructor
#include "cast/cast.h"

using namespace regard;

cast::SyntheticImage pretend(cast::Stage& stage, BgrImage camera) {
#ifdef MISUSE
  static_cast<void>(stage);
  return cast::SyntheticImage{std::move(camera)};
#else
  static_cast<void>(camera);
  return stage.render(0).picture;
#endif
}
