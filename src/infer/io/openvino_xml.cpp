#include "infer/io/openvino_xml.h"

#include <charconv>
#include <pugixml.hpp>
#include <string>
#include <string_view>

namespace regard::infer {
namespace {

/// The largest here have 612 kB and 1,168 layers.
constexpr std::size_t largest_xml = 32 * 1024 * 1024;
constexpr std::size_t most_layers = 50'000;

std::vector<IrPort> read_ports(const pugi::xml_node& parent) {
  std::vector<IrPort> ports;
  for (const pugi::xml_node& port : parent.children("port")) {
    IrPort read{port.attribute("id").value(), {}};
    for (const pugi::xml_node& dim : port.children("dim")) {
      const std::string_view text = dim.child_value();
      std::int64_t side = 0;
      const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), side);
      if (problem != std::errc{} || end != text.data() + text.size() || side < 0) {
        refuse_unsupported("a dimension \"" + std::string{text.substr(0, 40)} + "\" is not a number");
      }
      read.shape.push_back(side);
      if (read.shape.size() > 8) refuse_corrupt("a value has more than 8 dimensions");
    }
    ports.push_back(std::move(read));
  }
  return ports;
}

IrLayer read_layer(const pugi::xml_node& node) {
  IrLayer layer;
  layer.id = node.attribute("id").value();
  layer.name = node.attribute("name").value();
  layer.type = node.attribute("type").value();
  for (const pugi::xml_attribute& attribute : node.child("data").attributes()) {
    layer.data.emplace(attribute.name(), attribute.value());
  }
  layer.inputs = read_ports(node.child("input"));
  layer.outputs = read_ports(node.child("output"));
  return layer;
}

}  // namespace

IrNetwork read_ir_xml(std::span<const std::uint8_t> xml) {
  if (xml.size() > largest_xml) refuse_corrupt("the XML has more than " + std::to_string(largest_xml) + " bytes");
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer(xml.data(), xml.size());
  if (!parsed) refuse_corrupt("at byte " + std::to_string(parsed.offset) + ": " + parsed.description());
  const pugi::xml_node net = document.child("net");
  if (!net) refuse_corrupt("it has no <net>");
  const std::string version = net.attribute("version").value();
  if (version != "10" && version != "11") refuse_unsupported("it is of IR version \"" + version + "\", not 10 or 11");
  IrNetwork network;
  for (const pugi::xml_node& layer : net.child("layers").children("layer")) {
    network.layers.push_back(read_layer(layer));
    if (network.layers.size() > most_layers)
      refuse_corrupt("it has more than " + std::to_string(most_layers) + " layers");
  }
  for (const pugi::xml_node& edge : net.child("edges").children("edge")) {
    const IrSource to{edge.attribute("to-layer").value(), edge.attribute("to-port").value()};
    const IrSource from{edge.attribute("from-layer").value(), edge.attribute("from-port").value()};
    if (!network.edges.emplace(to, from).second) refuse_corrupt("two edges end at layer " + to.layer);
  }
  return network;
}

}  // namespace regard::infer
