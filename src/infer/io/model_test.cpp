#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <thread>

#include "infer/infer.h"
#include "infer/io/test_networks.h"

namespace regard::infer {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

void declare(onnx::ValueInfoProto& value, const std::string& name, std::initializer_list<std::int64_t> shape,
             onnx::TensorProto::DataType type = onnx::TensorProto::FLOAT) {
  value.set_name(name);
  auto& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(type);
  for (const std::int64_t side : shape) {
    auto& dim = *tensor.mutable_shape()->add_dim();
    if (side >= 0) {
      dim.set_dim_value(side);
    } else {
      dim.set_dim_param("N");
    }
  }
}

/// y = a @ W + b with a [N,3], W and b [1,2] inputs and weights of its own: [[1,2],[3,4],[5,6]].
std::vector<std::uint8_t> tiny_network(onnx::TensorProto::DataType input_type = onnx::TensorProto::FLOAT) {
  onnx::ModelProto model;
  model.set_ir_version(7);
  model.add_opset_import()->set_version(13);
  onnx::GraphProto& graph = *model.mutable_graph();
  graph.set_name("tiny");
  declare(*graph.add_input(), "a", {-1, 3}, input_type);
  declare(*graph.add_input(), "b", {1, 2}, input_type);
  declare(*graph.add_output(), "y", {-1, 2}, input_type);
  onnx::TensorProto& weights = *graph.add_initializer();
  weights.set_name("W");
  weights.set_data_type(input_type);
  weights.add_dims(3);
  weights.add_dims(2);
  for (int i = 1; i <= 6; ++i) {
    if (input_type == onnx::TensorProto::FLOAT) {
      weights.add_float_data(static_cast<float>(i));
    } else {
      weights.add_double_data(i);
    }
  }
  onnx::NodeProto& product = *graph.add_node();
  product.set_op_type("MatMul");
  product.add_input("a");
  product.add_input("W");
  product.add_output("p");
  onnx::NodeProto& sum = *graph.add_node();
  sum.set_op_type("Add");
  sum.add_input("p");
  sum.add_input("b");
  sum.add_output("y");
  std::vector<std::uint8_t> bytes(model.ByteSizeLong());
  EXPECT_TRUE(model.SerializeToArray(bytes.data(), static_cast<int>(bytes.size())));
  return bytes;
}

class TinyModel : public ::testing::Test {
 protected:
  Result<Model> model_ = Model::open(tiny_network(), "tiny");
  const std::vector<float> a_{1, 0, -1, 2, 2, 2};
  const std::vector<float> b_{10, 20};
};

TEST_F(TinyModel, computes_what_the_hand_computes) {
  ASSERT_TRUE(model_) << model_.error().message();
  const std::vector<TensorView> inputs{{"b", {1, 2}, b_}, {"a", {2, 3}, a_}};  // matched by name, not by order
  const auto outputs = model_->run(inputs);
  ASSERT_TRUE(outputs) << outputs.error().message();
  EXPECT_THAT((*outputs)["y"].shape, ElementsAre(2, 2));
  EXPECT_THAT((*outputs)["y"].values, ElementsAre(6, 16, 28, 44));
}

TEST_F(TinyModel, says_what_it_takes) {
  ASSERT_TRUE(model_);
  ASSERT_EQ(model_->inputs().size(), 2U);
  EXPECT_EQ(model_->inputs()[0].name, "a");
  EXPECT_THAT(model_->inputs()[0].shape, ElementsAre(-1, 3));
  EXPECT_EQ(model_->outputs()[0].name, "y");
}

TEST_F(TinyModel, refuses_inputs_that_do_not_fit_and_says_which) {
  ASSERT_TRUE(model_);
  const auto refused = [&](const std::vector<TensorView>& inputs) {
    const auto outputs = model_->run(inputs);
    EXPECT_FALSE(outputs);
    if (outputs) return std::string{};
    EXPECT_EQ(outputs.error().kind, ErrorKind::invalid_input);
    return outputs.error().message();
  };
  EXPECT_THAT(refused({{"a", {2, 3}, a_}}), HasSubstr("got 1 inputs; it takes a[-1,3], b[1,2]"));
  EXPECT_THAT(refused({{"a", {2, 3}, a_}, {"c", {1, 2}, b_}}), HasSubstr("input b is missing"));
  EXPECT_THAT(refused({{"a", {3, 2}, a_}, {"b", {1, 2}, b_}}), HasSubstr("input a has shape [3,2] with 6 values"));
  EXPECT_THAT(refused({{"a", {2, 3, 1}, a_}, {"b", {1, 2}, b_}}), HasSubstr("input a has shape [2,3,1]"));
  EXPECT_THAT(refused({{"a", {4, 3}, a_}, {"b", {1, 2}, b_}}), HasSubstr("input a has shape [4,3] with 6 values"));
  EXPECT_THAT(refused({{"a", {0, 3}, {}}, {"b", {1, 2}, b_}}), HasSubstr("input a has shape [0,3]"));
  EXPECT_THAT(refused({{"a", {-2, 3}, a_}, {"b", {1, 2}, b_}}), HasSubstr("input a has shape [-2,3]"));
}

TEST_F(TinyModel, runs_in_several_threads_at_once) {
  ASSERT_TRUE(model_);
  std::vector<int> wrong(4, 0);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < wrong.size(); ++t) {
      threads.emplace_back([&, t] {
        const std::vector<float> mine{static_cast<float>(t), 0, 0};
        for (int i = 0; i < 200; ++i) {
          const std::vector<TensorView> inputs{{"a", {1, 3}, mine}, {"b", {1, 2}, b_}};
          const auto outputs = model_->run(inputs);
          const bool right = outputs && (*outputs)["y"].values[0] == 10 + static_cast<float>(t);
          if (!right) ++wrong[t];
        }
      });
    }
  }
  EXPECT_THAT(wrong, ::testing::Each(0));
}

TEST_F(TinyModel, warms_up_and_can_be_moved) {
  ASSERT_TRUE(model_);
  EXPECT_TRUE(model_->warm_up());
  Model moved = std::move(*model_);
  const std::vector<TensorView> inputs{{"a", {2, 3}, a_}, {"b", {1, 2}, b_}};
  auto outputs = moved.run(inputs);
  ASSERT_TRUE(outputs);
  const Outputs kept = std::move(*outputs);
  EXPECT_EQ(kept["y"].values[3], 44);
}

TEST(Model, says_what_is_wrong_with_a_file) {
  const TemporaryFolder scratch = testing::scratch();
  const auto missing = Model::open(scratch.path() / "none.onnx");
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
  EXPECT_THAT(missing.error().message(), HasSubstr("none.onnx"));
  for (const std::string& content : {std::string{}, std::string{"this is no network"}, std::string(100'000, '\xff')}) {
    testing::write(scratch.path() / "bad.onnx", content);
    const auto bad = Model::open(scratch.path() / "bad.onnx");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().kind, ErrorKind::corrupt);
  }
  const auto whole = tiny_network();
  const auto half = Model::open(std::span{whole}.first(whole.size() / 2), "half");
  ASSERT_FALSE(half);
  EXPECT_EQ(half.error().kind, ErrorKind::corrupt);
}

TEST(Model, refuses_networks_that_are_not_of_floats) {
  const auto doubles = Model::open(tiny_network(onnx::TensorProto::DOUBLE), "doubles");
  ASSERT_FALSE(doubles);
  EXPECT_EQ(doubles.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(doubles.error().message(), HasSubstr("input a is not a float tensor"));
}

TEST(Provider, is_known_by_name_and_refused_where_the_library_lacks_it) {
  EXPECT_EQ(provider_from("cuda"), Provider::cuda);
  EXPECT_THAT(provider_from("abacus").error().remedy, HasSubstr("cpu"));
  const auto offered = available_providers();
  ASSERT_FALSE(offered.empty());
  EXPECT_EQ(offered.front(), Provider::cpu);
  for (const Provider provider : {Provider::cuda, Provider::openvino, Provider::coreml}) {
    if (std::find(offered.begin(), offered.end(), provider) != offered.end()) continue;
    const auto refused = Model::open(tiny_network(), "tiny", {.provider = provider});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unsupported);
    EXPECT_THAT(refused.error().remedy, HasSubstr("cpu"));
  }
}

}  // namespace
}  // namespace regard::infer
