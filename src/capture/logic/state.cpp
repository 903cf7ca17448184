#include "capture/capture.h"

namespace regard::capture {

std::string_view to_string(CameraState state) {
  switch (state) {
    case CameraState::connecting:
      return "connecting";
    case CameraState::live:
      return "live";
    case CameraState::stalled:
      return "stalled";
    case CameraState::failed:
      return "failed";
    case CameraState::ended:
      return "ended";
  }
  return "unknown";
}

}  // namespace regard::capture
