#include "infer/importers.h"

#include "infer/io/onnx_writer.h"
#include "infer/io/openvino_xml.h"
#include "infer/logic/openvino_ir.h"
#include "infer/logic/tfjs.h"
#include "infer/logic/weight_list.h"

namespace regard::infer {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// Runs `build`, which makes a Graph or throws ImportRefusal, and writes the Graph.
template <typename Build>
Result<Bytes> imported(const std::string& name, Build build) {
  try {
    return write_onnx(build());
  } catch (const ImportRefusal& refusal) {
    return fail(refusal.kind, "importing the network " + name, refusal.cause,
                refusal.kind == ErrorKind::unsupported ? "give a mirror that has the network as ONNX"
                                                       : "check that the files belong together and are complete");
  }
}

}  // namespace

Result<Bytes> import_tfjs(const SourceFile& topology, std::span<const SourceFile> weights,
                          std::span<const std::string> outputs) {
  return imported(topology.name, [&] {
    Bytes joined;
    for (const SourceFile& shard : weights) joined.insert(joined.end(), shard.bytes.begin(), shard.bytes.end());
    return graph_from_tfjs(topology.bytes, joined, outputs);
  });
}

Result<Bytes> import_openvino_ir(const SourceFile& xml, const SourceFile& bin) {
  return imported(xml.name, [&] { return graph_from_ir(read_ir_xml(xml.bytes), bin.bytes); });
}

Result<Bytes> import_weight_list(const SourceFile& manifest, const SourceFile& weights) {
  return imported(manifest.name, [&] { return graph_from_weight_list(manifest.bytes, weights.bytes); });
}

Result<Bytes> import_network(const Import& import, std::span<const SourceFile> files) {
  CHECK(files.size() >= 2);  // parse_manifest refuses an [import] with fewer
  switch (import.importer) {
    case Importer::tfjs:
      return import_tfjs(files[0], files.subspan(1), import.outputs);
    case Importer::openvino_ir:
      return import_openvino_ir(files[0], files[1]);
    case Importer::weight_list:
      return import_weight_list(files[0], files[1]);
  }
  return fail(ErrorKind::unsupported, "importing a network", "the importer is not known", "update Regard");
}

}  // namespace regard::infer
