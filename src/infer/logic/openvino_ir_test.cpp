#include "infer/logic/openvino_ir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace regard::infer {
namespace {

using ::testing::HasSubstr;

/// Parameter -> `middle` (with a constant of two bytes as second input when `type` takes one) -> Result.
IrNetwork chain(const std::string& type, std::map<std::string, std::string> data = {}) {
  IrNetwork network;
  network.layers = {
      {"0", "data", "Parameter", {}, {}, {{"0", {1, 3, 4, 4}}}},
      {"1",
       "half",
       "Const",
       {{"element_type", "f16"}, {"shape", "1"}, {"offset", "0"}, {"size", "2"}},
       {},
       {{"0", {1}}}},
      {"2", "middle/part", type, std::move(data), {{"0", {1, 3, 4, 4}}, {"1", {1}}}, {{"2", {1, 3, 4, 4}}}},
      {"3", "out", "Result", {}, {{"0", {1, 3, 4, 4}}}, {}},
  };
  network.edges = {{{"2", "0"}, {"0", "0"}}, {{"2", "1"}, {"1", "0"}}, {{"3", "0"}, {"2", "2"}}};
  return network;
}

std::string refusal(const IrNetwork& network, const std::vector<std::uint8_t>& weights = {0, 0x3c}) {
  try {
    (void)graph_from_ir(network, weights);
    return "none";
  } catch (const ImportRefusal& refused) {
    return (refused.kind == ErrorKind::unsupported ? "unsupported: " : "corrupt: ") + refused.cause;
  }
}

TEST(OpenVinoIr, becomes_a_graph_with_a_free_batch) {
  const std::vector<std::uint8_t> weights{0, 0x3c};
  const Graph graph = graph_from_ir(chain("Add"), weights);
  ASSERT_EQ(graph.inputs.size(), 1U);
  EXPECT_EQ(graph.inputs[0].name, "data");
  EXPECT_EQ(graph.inputs[0].shape, (std::vector<std::int64_t>{-1, 3, 4, 4}));
  ASSERT_EQ(graph.outputs.size(), 1U);
  EXPECT_EQ(graph.outputs[0].name, "middle_part");
  EXPECT_EQ(graph.outputs[0].shape, (std::vector<std::int64_t>{-1, 3, 4, 4}));
  ASSERT_EQ(graph.constants.size(), 1U);
  EXPECT_EQ(graph.constants.begin()->second.floats, std::vector<float>{1.0F});
}

TEST(OpenVinoIr, names_the_operator_that_is_not_known) {
  EXPECT_THAT(refusal(chain("DetectionOutput")),
              HasSubstr("unsupported: the operator DetectionOutput (layer \"middle/part\")"));
}

TEST(OpenVinoIr, refuses_variants_whose_meaning_it_does_not_know) {
  EXPECT_THAT(refusal(chain("Add", {{"auto_broadcast", "pdpd"}})), HasSubstr("unsupported"));
  EXPECT_THAT(refusal(chain("Convert", {{"destination_type", "i64"}})), HasSubstr("unsupported"));
  const std::map<std::string, std::string> window{
      {"kernel", "2,2"}, {"strides", "2,2"}, {"pads_begin", "0,0"}, {"pads_end", "0,0"}};
  EXPECT_EQ(refusal(chain("MaxPool", window)), "none");
  auto changed = window;
  changed["auto_pad"] = "reflect";
  EXPECT_THAT(refusal(chain("MaxPool", changed)), HasSubstr("unsupported"));
  changed = window;
  changed["dilations"] = "2,2";
  EXPECT_THAT(refusal(chain("MaxPool", changed)), HasSubstr("dilated"));
  changed = window;
  changed["kernel"] = "2,x";
  EXPECT_THAT(refusal(chain("MaxPool", changed)), HasSubstr("not a list of whole numbers"));
  changed["kernel"] = "-2,2";
  EXPECT_THAT(refusal(chain("MaxPool", changed)), HasSubstr("corrupt"));
}

TEST(OpenVinoIr, never_reads_outside_the_weights) {
  const auto with = [](const std::string& offset, const std::string& size, const std::string& shape = "1") {
    IrNetwork network = chain("Add");
    network.layers[1].data["offset"] = offset;
    network.layers[1].data["size"] = size;
    network.layers[1].data["shape"] = shape;
    return refusal(network);
  };
  EXPECT_EQ(with("0", "2"), "none");
  EXPECT_THAT(with("1", "2"), HasSubstr("outside the weights"));
  EXPECT_THAT(with("-1", "2"), HasSubstr("outside the weights"));
  EXPECT_THAT(with("0", "-2"), HasSubstr("outside the weights"));
  EXPECT_THAT(with("9223372036854775807", "2"), HasSubstr("outside the weights"));
  EXPECT_THAT(with("2", "9223372036854775807"), HasSubstr("outside the weights"));
  EXPECT_THAT(with("0", "2", "2"), HasSubstr("does not fit its shape"));
  EXPECT_THAT(with("0", "2", "99999,99999"), HasSubstr("more than"));
  EXPECT_THAT(with("99999999999999999999", "2"), HasSubstr("not a list of whole numbers"));
}

TEST(OpenVinoIr, refuses_graphs_that_do_not_hang_together) {
  IrNetwork network = chain("Add");
  network.edges[{"2", "0"}] = {"2", "2"};
  EXPECT_THAT(refusal(network), HasSubstr("depends on itself"));
  network = chain("Add");
  network.edges.erase({"2", "0"});
  EXPECT_THAT(refusal(network), HasSubstr("nothing feeds its input 0"));
  network = chain("Add");
  network.edges[{"2", "0"}] = {"77", "0"};
  EXPECT_THAT(refusal(network), HasSubstr("not there"));
  network = chain("Add");
  network.edges[{"2", "0"}] = {"0", "9"};
  EXPECT_THAT(refusal(network), HasSubstr("has no value"));
  network = chain("Add");
  network.layers[1].id = "0";
  EXPECT_THAT(refusal(network), HasSubstr("two layers"));
  network = chain("Add");
  network.layers[2].inputs.pop_back();
  EXPECT_THAT(refusal(network), HasSubstr("lacks input 1"));
  network = chain("Add");
  network.layers[2].outputs.clear();
  EXPECT_THAT(refusal(network), HasSubstr("has no output"));
  EXPECT_THAT(refusal(IrNetwork{}), HasSubstr("no input or no output"));
}

}  // namespace
}  // namespace regard::infer
