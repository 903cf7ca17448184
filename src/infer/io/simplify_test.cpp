#include "infer/io/simplify.h"

#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <limits>
#include <random>

#include "infer/infer.h"
#include "infer/io/test_networks.h"

namespace regard::infer {
namespace {

void constant(onnx::GraphProto& graph, const std::string& name, std::initializer_list<std::int64_t> shape,
              const std::vector<float>& values) {
  onnx::TensorProto& tensor = *graph.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  for (const std::int64_t side : shape) tensor.add_dims(side);
  for (const float value : values) tensor.add_float_data(value);
}

onnx::NodeProto& node(onnx::GraphProto& graph, const char* type, std::initializer_list<const char*> inputs,
                      const char* output) {
  onnx::NodeProto& made = *graph.add_node();
  made.set_op_type(type);
  for (const char* input : inputs) made.add_input(input);
  made.add_output(output);
  return made;
}

void set_text(onnx::NodeProto& node, const char* name, const char* value) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::STRING);
  attribute.set_s(value);
}

void set_whole(onnx::NodeProto& node, const char* name, std::int64_t value) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(value);
}

void set_wholes(onnx::NodeProto& node, const char* name, std::initializer_list<std::int64_t> values) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute.add_ints(value);
}

void declare(onnx::ValueInfoProto& value, const char* name, std::initializer_list<std::int64_t> shape) {
  value.set_name(name);
  onnx::TypeProto::Tensor& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(onnx::TensorProto::FLOAT);
  for (const std::int64_t side : shape) tensor.mutable_shape()->add_dim()->set_dim_value(side);
}

onnx::ModelProto model_from(std::int64_t opset, std::int64_t ir_version = 7) {
  onnx::ModelProto model;
  model.set_ir_version(ir_version);
  model.add_opset_import()->set_version(opset);
  model.mutable_graph()->set_name("test");
  return model;
}

std::vector<float> run(const std::string& onnx, Operators operators, const TensorView& input, const char* output) {
  const auto loaded =
      Model::open({reinterpret_cast<const std::uint8_t*>(onnx.data()), onnx.size()}, "test", {.operators = operators});
  if (!loaded) {
    ADD_FAILURE() << loaded.error().message();
    return {};
  }
  const auto outputs = loaded->run(input);
  if (!outputs) {
    ADD_FAILURE() << outputs.error().message();
    return {};
  }
  const std::span<const float> values = (*outputs)[output].values;
  return {values.begin(), values.end()};
}

/// y = x * clip(x + shift, 0, 6) / 6, spelled with four operators.
std::string spelled(float shift, const char* also_result = nullptr) {
  onnx::ModelProto model = model_from(11);
  onnx::GraphProto& graph = *model.mutable_graph();
  declare(*graph.add_input(), "x", {8});
  declare(*graph.add_output(), "y", {8});
  if (also_result != nullptr) declare(*graph.add_output(), also_result, {8});
  constant(graph, "shift", {}, {shift});
  constant(graph, "zero", {}, {0});
  constant(graph, "six", {}, {6});
  node(graph, "Add", {"x", "shift"}, "a");
  node(graph, "Clip", {"a", "zero", "six"}, "c");
  node(graph, "Mul", {"x", "c"}, "m");
  node(graph, "Div", {"m", "six"}, "y");
  return model.SerializeAsString();
}

TEST(HardSwish, is_found_and_gives_what_the_formula_gives) {
  const Simplified simple = simplify(spelled(3));
  EXPECT_EQ(simple.activations, 1U);
  onnx::ModelProto model;
  ASSERT_TRUE(model.ParseFromString(simple.onnx));
  EXPECT_EQ(model.graph().node_size(), 2);
  const std::vector<float> x{-7, -3, -2.5F, -0.5F, 0, 1.25F, 3, 9};
  const std::vector<float> y = run(simple.onnx, Operators::as_exported, {"x", {8}, x}, "y");
  ASSERT_EQ(y.size(), x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_NEAR(y[i], x[i] * std::clamp(x[i] + 3, 0.0F, 6.0F) / 6, 1e-5F) << x[i];
  }
}

TEST(HardSwish, other_numbers_are_another_function_and_stay) { EXPECT_EQ(simplify(spelled(2)).activations, 0U); }

TEST(HardSwish, an_inner_tensor_that_somebody_reads_is_kept) {
  EXPECT_EQ(simplify(spelled(3, "c")).activations, 0U);
  EXPECT_EQ(simplify(spelled(3, "m")).activations, 0U);
}

/// y = x + weight, where the weight is among the inputs.
std::string with_listed_weight(std::int64_t ir_version) {
  onnx::ModelProto model = model_from(11, ir_version);
  onnx::GraphProto& graph = *model.mutable_graph();
  declare(*graph.add_input(), "x", {3});
  declare(*graph.add_input(), "weight", {3});
  declare(*graph.add_output(), "y", {3});
  constant(graph, "weight", {3}, {1, 20, 300});
  node(graph, "Add", {"x", "weight"}, "y");
  return model.SerializeAsString();
}

TEST(ListedWeights, leave_the_list_of_inputs_and_keep_their_values) {
  const Simplified simple = simplify(with_listed_weight(7));
  EXPECT_EQ(simple.weights, 1U);
  onnx::ModelProto model;
  ASSERT_TRUE(model.ParseFromString(simple.onnx));
  ASSERT_EQ(model.graph().input_size(), 1);
  EXPECT_EQ(model.graph().input(0).name(), "x");
  const std::vector<float> x{5, 6, 7};
  EXPECT_EQ(run(simple.onnx, Operators::as_exported, {"x", {3}, x}, "y"), (std::vector<float>{6, 26, 307}));
}

TEST(ListedWeights, stay_where_the_old_format_demands_them) { EXPECT_EQ(simplify(with_listed_weight(3)).weights, 0U); }

/// y = x enlarged; `position` and `scale` as the operator takes them.
std::string enlarging(const char* mode, const char* position, const std::vector<float>& scale) {
  onnx::ModelProto model = model_from(11);
  onnx::GraphProto& graph = *model.mutable_graph();
  declare(*graph.add_input(), "x", {1, 2, 3, 5});
  declare(*graph.add_output(), "y", {});
  graph.mutable_output(0)->mutable_type()->mutable_tensor_type()->clear_shape();
  constant(graph, "region", {0}, {});
  constant(graph, "scale", {4}, scale);
  onnx::NodeProto& resize = node(graph, "Resize", {"x", "region", "scale"}, "y");
  set_text(resize, "mode", mode);
  set_text(resize, "coordinate_transformation_mode", position);
  return model.SerializeAsString();
}

TEST(Enlarging, to_the_nearest_pixel_takes_the_same_pixels_in_the_other_spelling) {
  const std::vector<float> x = testing::random_values(30, -1, 1, testing::seed());
  for (const auto& [down, across] : {std::pair{2.0F, 2.0F}, {3.0F, 2.0F}, {1.0F, 5.0F}, {4.0F, 7.0F}}) {
    const std::string original = enlarging("nearest", "half_pixel", {1, 1, down, across});
    const Simplified simple = simplify(original);
    EXPECT_EQ(simple.enlargements, 1U);
    const TensorView input{"x", {1, 2, 3, 5}, x};
    const std::vector<float> y = run(simple.onnx, Operators::as_exported, input, "y");
    EXPECT_EQ(y.size(), static_cast<std::size_t>(30 * down * across));
    EXPECT_EQ(y, run(original, Operators::as_exported, input, "y")) << down << " x " << across;
  }
}

TEST(Enlarging, by_parts_of_a_pixel_or_smoothly_or_from_elsewhere_stays) {
  EXPECT_EQ(simplify(enlarging("nearest", "half_pixel", {1, 1, 1.5F, 2})).enlargements, 0U);
  EXPECT_EQ(simplify(enlarging("nearest", "half_pixel", {1, 1, 0.5F, 0.5F})).enlargements, 0U);
  EXPECT_EQ(simplify(enlarging("linear", "half_pixel", {1, 1, 2, 2})).enlargements, 0U);
  EXPECT_EQ(simplify(enlarging("nearest", "align_corners", {1, 1, 2, 2})).enlargements, 0U);
}

/// scores = sigmoid of the first two channels of a 1x1 convolution of x, boxes = the other three, each as [1,H*W,C].
std::string with_heads(std::int64_t axis, const char* also_result = nullptr) {
  onnx::ModelProto model = model_from(11);
  onnx::GraphProto& graph = *model.mutable_graph();
  declare(*graph.add_input(), "x", {1, 4, 2, 5});
  declare(*graph.add_output(), "scores", {1, 10, 2});
  declare(*graph.add_output(), "boxes", {1, 10, 3});
  if (also_result != nullptr) declare(*graph.add_output(), also_result, {1, 5, 2, 5});
  declare(*graph.add_value_info(), "s1", {1, 2, 10});
  constant(graph, "weights", {5, 4, 1, 1}, testing::random_values(20, -1, 1, 1));
  constant(graph, "biases", {5}, testing::random_values(5, -1, 1, 2));
  for (const auto& [name, channels] : {std::pair{"score_shape", 2}, {"box_shape", 3}}) {
    onnx::TensorProto& shape = *graph.add_initializer();
    shape.set_name(name);
    shape.set_data_type(onnx::TensorProto::INT64);
    shape.add_dims(3);
    for (const std::int64_t side : {1, channels, -1}) shape.add_int64_data(side);
  }
  node(graph, "Conv", {"x", "weights", "biases"}, "c");
  onnx::NodeProto& split = node(graph, "Split", {"c"}, "s");
  split.add_output("b");
  set_whole(split, "axis", axis);
  set_wholes(split, "split", {2, 3});
  node(graph, "Sigmoid", {"s"}, "s0");
  node(graph, "Reshape", {"s0", "score_shape"}, "s1");
  set_wholes(node(graph, "Transpose", {"s1"}, "scores"), "perm", {0, 2, 1});
  node(graph, "Reshape", {"b", "box_shape"}, "b1");
  set_wholes(node(graph, "Transpose", {"b1"}, "boxes"), "perm", {0, 2, 1});
  return model.SerializeAsString();
}

TEST(CommonConvolution, is_separated_into_its_outputs_which_keep_their_numbers_and_order) {
  const std::string original = with_heads(1);
  const Simplified simple = simplify(original);
  EXPECT_EQ(simple.outputs, 2U);
  const std::vector<float> x = testing::random_values(40, -3, 3, testing::seed());
  const TensorView input{"x", {1, 4, 2, 5}, x};
  for (const char* output : {"scores", "boxes"}) {
    const std::vector<float> expected = run(original, Operators::as_exported, input, output);
    EXPECT_EQ(expected.size(), output == std::string{"scores"} ? 20U : 30U);
    EXPECT_LE(testing::relative_error(run(simple.onnx, Operators::as_exported, input, output), expected), 1e-5)
        << output;
  }
}

TEST(CommonConvolution, stays_when_somebody_else_reads_it) {
  EXPECT_EQ(simplify(with_heads(1, "c")).outputs, 0U);
  EXPECT_EQ(simplify(with_heads(1, "s0")).outputs, 0U);
  EXPECT_EQ(simplify(with_heads(0)).outputs, 0U);
}

/// What Regard does with the bytes of a network: whatever it says, it must come back.
void read_by_regard(const std::string& onnx) {
  const Simplified simple = simplify(onnx);
  static_cast<void>(
      Model::open({reinterpret_cast<const std::uint8_t*>(simple.onnx.data()), simple.onnx.size()}, "hostile", {}));
}

TEST(HostileNetwork, that_lacks_tensors_gives_an_error_and_no_crash) {
  for (const std::string& good : {spelled(3), with_heads(1)}) {
    onnx::ModelProto whole;
    ASSERT_TRUE(whole.ParseFromString(good));
    for (int i = 0; i < whole.graph().node_size(); ++i) {
      for (const bool inputs : {true, false}) {
        onnx::ModelProto less = whole;
        auto& node = *less.mutable_graph()->mutable_node(i);
        auto& names = inputs ? *node.mutable_input() : *node.mutable_output();
        while (!names.empty()) {
          names.RemoveLast();
          read_by_regard(less.SerializeAsString());
        }
        for (const std::string& name : inputs ? whole.graph().node(i).input() : whole.graph().node(i).output()) {
          names.Add(std::string{name});
          names.Add("");
        }
        read_by_regard(less.SerializeAsString());
      }
    }
  }
}

TEST(HostileNetwork, whose_split_does_not_fit_the_convolution_is_left_as_it_is) {
  constexpr std::int64_t huge = std::numeric_limits<std::int64_t>::max();
  for (const auto& channels : {std::vector<std::int64_t>{-2, 7}, {7, -2}, {huge, huge}, {0, 5}, {2, 2}, {5}, {}}) {
    onnx::ModelProto model;
    ASSERT_TRUE(model.ParseFromString(with_heads(1)));
    for (onnx::NodeProto& node : *model.mutable_graph()->mutable_node()) {
      if (node.op_type() != "Split") continue;
      node.mutable_attribute(1)->clear_ints();
      for (const std::int64_t count : channels) node.mutable_attribute(1)->add_ints(count);
    }
    // The shapes say the same, so that nothing else is wrong.
    for (onnx::TensorProto& tensor : *model.mutable_graph()->mutable_initializer()) {
      if (tensor.name() == "score_shape" && !channels.empty()) tensor.set_int64_data(1, channels[0]);
      if (tensor.name() == "box_shape" && channels.size() == 2) tensor.set_int64_data(1, channels[1]);
    }
    EXPECT_EQ(simplify(model.SerializeAsString()).outputs, 0U) << ::testing::PrintToString(channels);
  }
}

TEST(HostileNetwork, with_random_bytes_changed_gives_an_error_or_works_and_never_crashes) {
  const unsigned seed = static_cast<unsigned>(testing::seed());
  std::mt19937 random{seed};
  for (const std::string& good : {spelled(3), with_heads(1)}) {
    for (int round = 0; round < 2000; ++round) {
      std::string changed = good;
      for (int i = 0; i < 3; ++i) changed[random() % changed.size()] = static_cast<char>(random());
      static_cast<void>(simplify(changed));
    }
  }
}

TEST(Simplify, what_is_no_network_comes_back_untouched) {
  const std::string text = "this is not a network";
  EXPECT_EQ(simplify(text).onnx, text);
}

/// The networks that are run most, as published and simplified: the same numbers.
class SimplifiedPack : public ::testing::TestWithParam<std::pair<const char*, std::vector<std::int64_t>>> {};

TEST_P(SimplifiedPack, computes_what_the_published_network_computes) {
  const auto shared = testing::shared_folder();
  if (!shared) GTEST_SKIP() << "no mirror: set REGARD_SHARED to a folder that has models/";
  const auto& [name, shape] = GetParam();
  const std::filesystem::path file = *shared / "models" / name;
  const auto published = Model::open(file, {.operators = Operators::as_exported});
  const auto simple = Model::open(file);
  ASSERT_TRUE(published && simple);
  const std::int64_t count = shape[1] * shape[2] * shape[3];
  const auto values = testing::random_values(static_cast<std::size_t>(count), -2, 2, testing::seed());
  const TensorView input{published->inputs()[0].name, shape, values};
  const auto expected = published->run(input);
  const auto got = simple->run(input);
  ASSERT_TRUE(expected && got);
  for (const TensorView& output : expected->all()) {
    EXPECT_LE(testing::relative_error((*got)[output.name].values, output.values), 1e-4) << output.name;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Networks, SimplifiedPack,
    ::testing::Values(std::pair{"picodet_s_416_coco.onnx", std::vector<std::int64_t>{1, 3, 416, 416}},
                      std::pair{"picodet_s_320_coco.onnx", std::vector<std::int64_t>{1, 3, 320, 320}},
                      std::pair{"yunet_n_dynamic.onnx", std::vector<std::int64_t>{1, 3, 96, 160}}));

}  // namespace
}  // namespace regard::infer
