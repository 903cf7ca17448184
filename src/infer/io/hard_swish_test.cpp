#include "infer/io/hard_swish.h"

#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <algorithm>

#include "infer/infer.h"

namespace regard::infer {
namespace {

void scalar(onnx::GraphProto& graph, const std::string& name, float value) {
  onnx::TensorProto& tensor = *graph.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  tensor.add_float_data(value);
}

void node(onnx::GraphProto& graph, const char* type, std::initializer_list<const char*> inputs, const char* output) {
  onnx::NodeProto& made = *graph.add_node();
  made.set_op_type(type);
  for (const char* input : inputs) made.add_input(input);
  made.add_output(output);
}

void declare(onnx::ValueInfoProto& value, const char* name) {
  value.set_name(name);
  onnx::TypeProto::Tensor& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(onnx::TensorProto::FLOAT);
  tensor.mutable_shape()->add_dim()->set_dim_value(8);
}

/// y = x * clip(x + shift, 0, 6) / 6, spelled with four operators.
std::string spelled(float shift, const char* also_result = nullptr) {
  onnx::ModelProto model;
  model.set_ir_version(7);
  model.add_opset_import()->set_version(11);
  onnx::GraphProto& graph = *model.mutable_graph();
  graph.set_name("activation");
  declare(*graph.add_input(), "x");
  declare(*graph.add_output(), "y");
  if (also_result != nullptr) declare(*graph.add_output(), also_result);
  scalar(graph, "shift", shift);
  scalar(graph, "zero", 0);
  scalar(graph, "six", 6);
  node(graph, "Add", {"x", "shift"}, "a");
  node(graph, "Clip", {"a", "zero", "six"}, "c");
  node(graph, "Mul", {"x", "c"}, "m");
  node(graph, "Div", {"m", "six"}, "y");
  return model.SerializeAsString();
}

TEST(HardSwish, is_found_and_gives_what_the_formula_gives) {
  const Fused fused = fuse_hard_swish(spelled(3));
  EXPECT_EQ(fused.count, 1U);
  onnx::ModelProto model;
  ASSERT_TRUE(model.ParseFromString(fused.onnx));
  EXPECT_EQ(model.graph().node_size(), 2);
  const auto loaded =
      Model::open({reinterpret_cast<const std::uint8_t*>(fused.onnx.data()), fused.onnx.size()}, "test");
  ASSERT_TRUE(loaded) << loaded.error().message();
  const std::vector<float> x{-7, -3, -2.5F, -0.5F, 0, 1.25F, 3, 9};
  const auto outputs = loaded->run(TensorView{"x", {8}, x});
  ASSERT_TRUE(outputs) << outputs.error().message();
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_NEAR((*outputs)["y"].values[i], x[i] * std::clamp(x[i] + 3, 0.0F, 6.0F) / 6, 1e-5F) << x[i];
  }
}

TEST(HardSwish, other_numbers_are_another_function_and_stay) { EXPECT_EQ(fuse_hard_swish(spelled(2)).count, 0U); }

TEST(HardSwish, an_inner_tensor_that_somebody_reads_is_kept) {
  EXPECT_EQ(fuse_hard_swish(spelled(3, "c")).count, 0U);
  EXPECT_EQ(fuse_hard_swish(spelled(3, "m")).count, 0U);
}

TEST(HardSwish, what_is_no_network_comes_back_untouched) {
  const std::string text = "this is not a network";
  EXPECT_EQ(fuse_hard_swish(text).onnx, text);
}

}  // namespace
}  // namespace regard::infer
