#include "events/events.h"

namespace regard::events {

Result<RevealedImage> reveal(BgrImage picture, const CameraName& camera, const consent::RevealPermit& permit,
                             Duration now) {
  const std::string doing = "revealing what camera " + camera.value + " sees";
  if (!permit.is_live(now)) return fail(ErrorKind::denied, doing, "the permit's minute is over", "ask again");
  if (permit.camera() != camera)
    return fail(ErrorKind::denied, doing, "the permit is for camera " + permit.camera().value, "ask for this camera");
  return RevealedImage{std::move(picture)};
}

}  // namespace regard::events
