#include "infer/logic/tfjs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "infer/logic/tfjs_weights.h"

namespace regard::infer {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

json node(const std::string& name, const std::string& op, const std::vector<std::string>& inputs,
          json attributes = json::object()) {
  return {{"name", name}, {"op", op}, {"input", inputs}, {"attr", std::move(attributes)}};
}

json image_input() {
  json dims = json::array();
  for (const char* side : {"-1", "4", "4", "3"}) dims.push_back({{"size", side}});
  return node("image", "Placeholder", {}, {{"dtype", {{"type", "DT_FLOAT"}}}, {"shape", {{"shape", {{"dim", dims}}}}}});
}

json model(const std::vector<json>& nodes, const json& weights = json::array()) {
  return {{"modelTopology", {{"node", nodes}}},
          {"weightsManifest", json::array({{{"paths", json::array({"w.bin"})}, {"weights", weights}}})}};
}

/// The graph, or why there is none.
std::string refusal(const json& of, const std::string& weights = "", const std::string& output = "out") {
  const std::string text = of.dump();
  const std::vector<std::string> outputs{output};
  try {
    (void)graph_from_tfjs(bytes_of(text), bytes_of(weights), outputs);
    return "none";
  } catch (const ImportRefusal& refused) {
    return (refused.kind == ErrorKind::unsupported ? "unsupported: " : "corrupt: ") + refused.cause;
  }
}

TEST(Tfjs, becomes_a_graph_whose_image_has_channels_first) {
  const std::string text = model({image_input(), node("out", "Relu", {"image"})}).dump();
  const std::vector<std::string> outputs{"out"};
  const Graph graph = graph_from_tfjs(bytes_of(text), {}, outputs);
  ASSERT_EQ(graph.inputs.size(), 1U);
  EXPECT_EQ(graph.inputs[0].name, "image");
  EXPECT_EQ(graph.inputs[0].shape, (std::vector<std::int64_t>{1, 3, 4, 4}));
  ASSERT_EQ(graph.operations.size(), 3U);
  EXPECT_EQ(graph.operations[0].type, "Transpose");
  EXPECT_EQ(graph.operations[1].type, "Relu");
  EXPECT_EQ(graph.operations[2].outputs, std::vector<std::string>{"out"});
}

TEST(Tfjs, names_the_operator_that_is_not_known) {
  EXPECT_THAT(refusal(model({image_input(), node("out", "FusedBatchNormV9", {"image"})})),
              HasSubstr("unsupported: the operator FusedBatchNormV9 (node \"out\")"));
}

TEST(Tfjs, leaves_alone_what_the_outputs_do_not_need) {
  EXPECT_EQ(refusal(model({image_input(), node("out", "Relu", {"image"}), node("loop", "While", {"nowhere"})})),
            "none");
}

TEST(Tfjs, refuses_graphs_that_do_not_hang_together) {
  EXPECT_THAT(refusal(model({image_input(), node("out", "Relu", {"nowhere"})})), HasSubstr("no node \"nowhere\""));
  EXPECT_THAT(refusal(model({image_input()})), HasSubstr("no node \"out\""));
  EXPECT_THAT(refusal(model({node("out", "Relu", {"a"}), node("a", "Relu", {"out"})})), HasSubstr("depends on itself"));
  EXPECT_THAT(refusal(model({node("out", "Relu", {"out"})})), HasSubstr("depends on itself"));
  EXPECT_THAT(refusal(model({image_input(), image_input(), node("out", "Relu", {"image"})})), HasSubstr("there twice"));
  EXPECT_THAT(refusal(model({image_input(), node("out", "Relu", {"image:7"})})), HasSubstr("no value \"image:7\""));
  EXPECT_THAT(refusal(model({image_input(), node("out", "Relu", {"image:x"})})), HasSubstr("not a value's name"));
  EXPECT_THAT(refusal(model({image_input(), node("out", "Relu", {})})), HasSubstr("lacks input 0"));
  EXPECT_THAT(refusal(model({image_input(), node("out", "Const", {})})), HasSubstr("no weight of that name"));
}

TEST(Tfjs, follows_a_chain_deeper_than_the_stack) {
  std::vector<json> nodes{image_input()};
  std::string last = "image";
  for (int i = 0; i < 19'000; ++i) {
    nodes.push_back(node("n" + std::to_string(i), "Relu", {last}));
    last = "n" + std::to_string(i);
  }
  EXPECT_EQ(refusal(model(nodes), "", last), "none");
}

TEST(Tfjs, refuses_variants_whose_meaning_it_does_not_know) {
  const auto convolution = [](json attributes) {
    const json kernel = json::array({{{"name", "k"}, {"shape", {1, 1, 3, 1}}, {"dtype", "float32"}}});
    return refusal(model({image_input(), node("k", "Const", {}),
                          node("out", "_FusedConv2D", {"image", "k"}, std::move(attributes))},
                         kernel),
                   std::string(12, '\0'));
  };
  const json same{{"s", "U0FNRQ=="}};
  EXPECT_EQ(convolution({{"padding", same}}), "none");
  EXPECT_THAT(convolution(json::object()), HasSubstr("unsupported: the padding \"\""));
  EXPECT_THAT(convolution({{"padding", {{"s", "RVhQTElDSVQ="}}}}), HasSubstr("the padding \"EXPLICIT\""));
  EXPECT_THAT(convolution({{"padding", same}, {"data_format", {{"s", "TkNIVw=="}}}}),
              HasSubstr("the data format NCHW"));
  EXPECT_THAT(convolution({{"padding", same}, {"strides", {{"list", {{"i", {"1", "0", "1", "1"}}}}}}}),
              HasSubstr("corrupt"));
  EXPECT_THAT(convolution({{"padding", same}, {"fused_ops", {{"list", {{"s", {"R2VsdQ=="}}}}}}}),
              HasSubstr("the activation Gelu"));
  EXPECT_THAT(convolution({{"padding", {{"s", "?!"}}}}), HasSubstr("not base64"));
}

TEST(Tfjs, refuses_what_is_not_json_or_not_a_model) {
  const std::vector<std::string> outputs{"out"};
  for (const std::string text : {"", "{", "[]", "{}", "null", R"({"modelTopology":7,"weightsManifest":[]})",
                                 R"({"modelTopology":{"node":[7]},"weightsManifest":[]})"}) {
    EXPECT_THROW((void)graph_from_tfjs(bytes_of(text), {}, outputs), ImportRefusal) << text;
  }
  EXPECT_THROW((void)graph_from_tfjs(bytes_of(std::string(1'000'000, '[')), {}, outputs), ImportRefusal);
}

std::string weights_refusal(const std::string& list, const std::string& bytes) {
  try {
    (void)decode_weights(json::parse(list), bytes_of(bytes));
    return "none";
  } catch (const ImportRefusal& refused) {
    return refused.cause;
  }
}

TEST(TfjsWeights, decode_every_stored_form) {
  const std::string list = R"([{"weights": [
    {"name": "plain", "shape": [1], "dtype": "float32"},
    {"name": "half", "shape": [2], "dtype": "float32", "quantization": {"dtype": "float16", "original_dtype": "float32"}},
    {"name": "bytes", "shape": [2], "dtype": "float32", "quantization": {"dtype": "uint8", "scale": 0.5, "min": -1}},
    {"name": "words", "shape": [], "dtype": "float32", "quantization": {"dtype": "uint16", "scale": 2, "min": 0.25}},
    {"name": "whole", "shape": [1], "dtype": "int32"},
    {"name": "rounded", "shape": [1], "dtype": "int32", "quantization": {"dtype": "uint8", "scale": 0.6, "min": 0}}]}])";
  const std::string bytes{
      "\x00\x00\x80\x3f"
      "\x00\x3c\x00\xc0"
      "\x00\x04"
      "\x01\x01"
      "\xfe\xff\xff\xff"
      "\x03",
      17};
  const Weights weights = decode_weights(json::parse(list), bytes_of(bytes));
  EXPECT_EQ(weights.at("plain").floats, std::vector<float>{1});
  EXPECT_EQ(weights.at("half").floats, (std::vector<float>{1, -2}));
  EXPECT_EQ(weights.at("bytes").floats, (std::vector<float>{-1, 1}));
  EXPECT_EQ(weights.at("words").floats, std::vector<float>{514.25F});
  EXPECT_EQ(weights.at("whole").integers, std::vector<std::int64_t>{-2});
  EXPECT_EQ(weights.at("rounded").integers, std::vector<std::int64_t>{2});
}

TEST(TfjsWeights, that_do_not_fit_their_bytes_are_refused) {
  const auto one = [](const std::string& shape, const std::string& type) {
    return R"([{"weights": [{"name": "w", "shape": )" + shape + R"(, "dtype": ")" + type + "\"}]}]";
  };
  EXPECT_EQ(weights_refusal(one("[2]", "float32"), std::string(8, 'x')), "none");
  EXPECT_THAT(weights_refusal(one("[2]", "float32"), std::string(7, 'x')), HasSubstr("needs 8 bytes where 7 are left"));
  EXPECT_THAT(weights_refusal(one("[2]", "float32"), std::string(9, 'x')),
              HasSubstr("1 bytes of weights are left over"));
  EXPECT_THAT(weights_refusal(one("[-1]", "float32"), ""), HasSubstr("the dimension -1"));
  EXPECT_THAT(weights_refusal(one("[99999, 99999]", "float32"), ""), HasSubstr("more than"));
  EXPECT_THAT(weights_refusal(one("[4611686018427387904, 4]", "float32"), ""), HasSubstr("dimension"));
  EXPECT_THAT(weights_refusal(one("[1]", "complex64"), "12345678"), HasSubstr("the type \"complex64\""));
  EXPECT_THAT(weights_refusal(one("\"x\"", "float32"), ""), HasSubstr("type"));
  EXPECT_THAT(
      weights_refusal(
          R"([{"weights": [{"name": "w", "shape": [], "dtype": "bool"}, {"name": "w", "shape": [], "dtype": "bool"}]}])",
          "ab"),
      HasSubstr("there twice"));
}

}  // namespace
}  // namespace regard::infer
