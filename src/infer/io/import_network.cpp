#include "infer/importers.h"

namespace regard::infer {

Result<std::vector<std::uint8_t>> import_network(const Import& import, std::span<const SourceFile> files) {
  (void)files;
  return fail(ErrorKind::unsupported, "importing a network",
              "this build has no importer " + std::string{importer_name(import.importer)},
              "give a mirror that has the network as ONNX");
}

}  // namespace regard::infer
