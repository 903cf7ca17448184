#include <cstddef>
#include <cstdint>

#include "infer/packs.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto manifest = regard::infer::parse_manifest({reinterpret_cast<const char*>(bytes), size}, "fuzz");
  if (!manifest) return 0;
  // Names become paths: none may lead out of the folder it is joined to.
  const auto inside = [](const std::string& name) {
    return name.find('/') == std::string::npos && name.front() != '.';
  };
  CHECK(inside(manifest->name) && inside(manifest->network));
  for (const auto& file : manifest->files) CHECK(inside(file.name) && file.size > 0 && file.sha256.size() == 64);
  for (const auto& source : manifest->sources) {
    CHECK(!source.files.empty());
    for (const auto& [name, location] : source.files) {
      CHECK(manifest->pinned(name) != nullptr);
      CHECK(source.origin == regard::infer::Origin::https || location.find("..") != 0);
    }
  }
  return 0;
}
