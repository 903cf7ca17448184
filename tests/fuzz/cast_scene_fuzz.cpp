// A scene's text comes from the command line and from configuration files: reading it must never do more than refuse.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cast/cast.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto scene = regard::cast::scene_from({reinterpret_cast<const char*>(data), size});
  if (scene && (scene->people < 1 || scene->people > 32 || scene->size.width < 64 || scene->size.height > 4320))
    std::abort();
  if (!scene && scene.error().message().empty()) std::abort();
  return 0;
}
