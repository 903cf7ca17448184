// OpenVINO's intermediate representation, versions 10 and 11, as a Graph. Pure: io/openvino_xml.cpp reads the XML.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "infer/logic/graph.h"

namespace regard::infer {

/// One end of an edge.
struct IrPort {
  std::string id;
  std::vector<std::int64_t> shape;
};

/// One layer, as in the XML.
struct IrLayer {
  std::string id;
  std::string name;
  std::string type;
  std::map<std::string, std::string> data;  ///< attributes of <data>
  std::vector<IrPort> inputs;
  std::vector<IrPort> outputs;
};

/// Which output of which layer.
struct IrSource {
  std::string layer;
  std::string port;
  auto operator<=>(const IrSource&) const = default;
};

struct IrNetwork {
  std::vector<IrLayer> layers;
  std::map<IrSource, IrSource> edges;  ///< (layer, input port) -> where its value comes from
};

/// `weights` is the .bin file. The one Parameter becomes the input "data"; a Result becomes an output named after the
/// layer before it, with '_' for '/'. The batch dimension is left free.
/// Throws ImportRefusal (corrupt, unsupported naming operator and layer).
[[nodiscard]] Graph graph_from_ir(const IrNetwork& network, std::span<const std::uint8_t> weights);

}  // namespace regard::infer
