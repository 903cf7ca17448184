#include "infer/io/onnx_writer.h"

#include <onnx/onnx_pb.h>

#include <set>
#include <string>

namespace regard::infer {
namespace {

constexpr int ir_version = 7;
constexpr int opset = 13;

void write_port(const Port& port, onnx::ValueInfoProto& out) {
  out.set_name(port.name);
  onnx::TypeProto::Tensor& type = *out.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  if (port.any_shape) return;
  onnx::TensorShapeProto& shape = *type.mutable_shape();
  for (std::size_t d = 0; d < port.shape.size(); ++d) {
    onnx::TensorShapeProto::Dimension& side = *shape.add_dim();
    if (port.shape[d] >= 0) {
      side.set_dim_value(port.shape[d]);
    } else {
      side.set_dim_param(d == 0 ? "N" : "D" + std::to_string(d));
    }
  }
}

void write_tensor(const std::string& name, const Tensor& tensor, onnx::TensorProto& out) {
  out.set_name(name);
  for (const std::int64_t side : tensor.shape) out.add_dims(side);
  const auto raw = [&](const auto& values) {
    if (!values.empty()) out.set_raw_data(values.data(), values.size() * sizeof(values[0]));
  };
  switch (tensor.element) {
    case Element::float32:
      out.set_data_type(onnx::TensorProto::FLOAT);
      raw(tensor.floats);
      return;
    case Element::int64:
      out.set_data_type(onnx::TensorProto::INT64);
      raw(tensor.integers);
      return;
    case Element::int32:
      out.set_data_type(onnx::TensorProto::INT32);
      raw(std::vector<std::int32_t>(tensor.integers.begin(), tensor.integers.end()));
      return;
    case Element::boolean:
      out.set_data_type(onnx::TensorProto::BOOL);
      raw(std::vector<std::uint8_t>(tensor.integers.begin(), tensor.integers.end()));
      return;
  }
}

void write_attribute(const std::string& name, const Attribute& attribute, onnx::AttributeProto& out) {
  out.set_name(name);
  if (const auto* integer = std::get_if<std::int64_t>(&attribute)) {
    out.set_type(onnx::AttributeProto::INT);
    out.set_i(*integer);
  } else if (const auto* real = std::get_if<float>(&attribute)) {
    out.set_type(onnx::AttributeProto::FLOAT);
    out.set_f(*real);
  } else if (const auto* text = std::get_if<std::string>(&attribute)) {
    out.set_type(onnx::AttributeProto::STRING);
    out.set_s(*text);
  } else {
    out.set_type(onnx::AttributeProto::INTS);
    for (const std::int64_t value : std::get<std::vector<std::int64_t>>(attribute)) out.add_ints(value);
  }
}

}  // namespace

std::vector<std::uint8_t> write_onnx(const Graph& graph) {
  onnx::ModelProto model;
  model.set_ir_version(ir_version);
  model.set_producer_name("regard");
  model.add_opset_import()->set_version(opset);
  onnx::GraphProto& out = *model.mutable_graph();
  out.set_name("imported");
  for (const Port& port : graph.inputs) write_port(port, *out.add_input());
  for (const Port& port : graph.outputs) write_port(port, *out.add_output());
  std::set<std::string_view> used;
  for (const Operation& operation : graph.operations) {
    onnx::NodeProto& node = *out.add_node();
    node.set_op_type(operation.type);
    for (const std::string& input : operation.inputs) {
      node.add_input(input);
      used.insert(input);
    }
    for (const std::string& output : operation.outputs) node.add_output(output);
    for (const auto& [name, attribute] : operation.attributes) write_attribute(name, attribute, *node.add_attribute());
  }
  for (const auto& [name, tensor] : graph.constants) {
    if (used.contains(name)) write_tensor(name, tensor, *out.add_initializer());
  }
  std::vector<std::uint8_t> bytes(model.ByteSizeLong());
  CHECK(model.SerializeToArray(bytes.data(), static_cast<int>(bytes.size())));
  return bytes;
}

}  // namespace regard::infer
