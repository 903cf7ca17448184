#include "capture/io/sources.h"
namespace regard::capture {
OpenedSource open_live(const Address& address, const SourceOptions&, StateListener) {
  return fail(ErrorKind::unsupported, "connecting to " + address.location, "cameras come later", "use a file");
}
}  // namespace regard::capture
