#include "infer/logic/tfjs.h"

#include <nlohmann/json.hpp>

#include "infer/logic/tfjs_node.h"
#include "infer/logic/tfjs_operators.h"
#include "infer/logic/tfjs_weights.h"

namespace regard::infer {
namespace {

/// The largest here has 544 nodes.
constexpr std::size_t most_nodes = 20'000;

std::map<std::string, TfNode> read_nodes(const nlohmann::json& topology) {
  std::map<std::string, TfNode> nodes;
  for (const nlohmann::json& json : topology.at("modelTopology").at("node")) {
    TfNode node{json};
    std::string name = node.name();
    if (nodes.size() == most_nodes) refuse_corrupt("it has more than " + std::to_string(most_nodes) + " nodes");
    if (!nodes.emplace(name, std::move(node)).second) refuse_corrupt("the node \"" + name + "\" is there twice");
  }
  return nodes;
}

}  // namespace

Graph graph_from_tfjs(std::span<const std::uint8_t> topology, std::span<const std::uint8_t> weights,
                      std::span<const std::string> outputs) {
  const nlohmann::json json = parse_json(topology);
  try {
    const std::map<std::string, TfNode> nodes = read_nodes(json);
    const Weights decoded = decode_weights(json.at("weightsManifest"), weights);
    Graph graph;
    TfConversion conversion{graph, decoded};
    for (const TfNode* node : in_order(nodes, outputs)) conversion.convert(*node);
    for (const std::string& output : outputs) {
      const Value& value = conversion.value(tf_value(output));
      const std::string as_float =
          value.element == Element::float32 ? value.name : graph.add("Cast", {value.name}, {{"to", std::int64_t{1}}});
      graph.output(as_float, output, {}, true);
    }
    if (graph.inputs.empty()) refuse_corrupt("the outputs do not depend on any input");
    return graph;
  } catch (const nlohmann::json::exception& problem) {
    refuse_corrupt(problem.what());
  }
}

}  // namespace regard::infer
