// Importers on files that are damaged, and graphs small enough to compute by hand.
#include "infer/importers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "infer/infer.h"
#include "infer/io/onnx_writer.h"
#include "infer/io/test_networks.h"

namespace regard::infer {
namespace {

using ::testing::HasSubstr;

TEST(Importers, turn_refusals_into_errors_that_name_the_file) {
  const std::string xml =
      R"(<net version="11"><layers><layer id="0" name="nms" type="NonMaxSuppression"/></layers></net>)";
  const auto unknown = import_openvino_ir({"a.xml", as_bytes(xml)}, {"a.bin", {}});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(unknown.error().message(), HasSubstr("a.xml"));
  EXPECT_THAT(unknown.error().message(), HasSubstr("NonMaxSuppression"));
  EXPECT_THAT(import_openvino_ir({"a.xml", as_bytes(R"(<net version="7"/>)")}, {"a.bin", {}}).error().cause,
              HasSubstr("version \"7\""));
  for (const std::string_view text : {"", "<net", "<other/>", "<net version=\"11\"/>"}) {
    EXPECT_FALSE(import_openvino_ir({"a.xml", as_bytes(text)}, {"a.bin", {}})) << text;
  }
  const std::vector<std::string> outputs{"out"};
  EXPECT_EQ(import_tfjs({"a.json", as_bytes("{")}, {}, outputs).error().kind, ErrorKind::corrupt);
  EXPECT_THAT(import_weight_list({"a.json", as_bytes("[]")}, {"a.bin", {}}).error().cause,
              HasSubstr("\"conv32_down/conv/filters\" is missing"));
}

TEST(Importers, refuse_an_xml_with_two_values_for_one_input_or_a_free_dimension) {
  const std::string twice =
      R"(<net version="11"><layers/><edges><edge from-layer="0" from-port="0" to-layer="1" to-port="0"/>)"
      R"(<edge from-layer="2" from-port="0" to-layer="1" to-port="0"/></edges></net>)";
  EXPECT_THAT(import_openvino_ir({"a.xml", as_bytes(twice)}, {"a.bin", {}}).error().cause, HasSubstr("two edges end"));
  const std::string free = R"(<net version="11"><layers><layer id="0" name="x" type="Parameter"><output><port id="0">)"
                           R"(<dim>-1</dim></port></output></layer></layers></net>)";
  EXPECT_THAT(import_openvino_ir({"a.xml", as_bytes(free)}, {"a.bin", {}}).error().cause,
              HasSubstr("dimension \"-1\""));
}

TEST(OnnxWriter, gives_the_same_bytes_for_the_same_graph_and_leaves_out_what_is_not_used) {
  Graph graph;
  graph.inputs.push_back({"x", {1, 2}, false});
  const std::string two = graph.constant(float_tensor({}, {2}));
  (void)graph.constant(float_tensor({1000}, std::vector<float>(1000, 1)));
  graph.output(graph.add("Mul", {"x", two}), "y", {1, 2}, false);
  const auto bytes = write_onnx(graph);
  EXPECT_EQ(bytes, write_onnx(graph));
  EXPECT_LT(bytes.size(), 1000U);
  const auto model = Model::open(bytes, "tiny");
  ASSERT_TRUE(model) << model.error().message();
  const std::vector<float> x{1.5F, -3};
  const auto outputs = model->run({"x", {1, 2}, x});
  ASSERT_TRUE(outputs) << outputs.error().message();
  EXPECT_THAT((*outputs)["y"].values, ::testing::ElementsAre(3, -6));
}

TEST(Graph, refuses_more_weights_than_a_machine_should_hold) {
  Graph graph;
  EXPECT_THROW((void)graph.constant(Tensor{Element::float32, {1 << 20, 1 << 20}, {}, {}}), ImportRefusal);
  // The same large weight used again and again must not multiply without end.
  EXPECT_THROW(
      {
        for (int i = 0; i < 200; ++i) (void)graph.constant(Tensor{Element::float32, {1 << 20}, {}, {}});
      },
      ImportRefusal);
}

TEST(Graph, transposes_like_a_brute_force_one) {
  const Tensor tensor = float_tensor({2, 3, 4, 5}, testing::random_values(120, -1, 1, testing::seed()));
  const std::array<std::size_t, 4> order{3, 2, 0, 1};
  const Tensor turned = transposed(tensor, order);
  ASSERT_EQ(turned.shape, (std::vector<std::int64_t>{5, 4, 2, 3}));
  for (std::size_t a = 0; a < 2; ++a) {
    for (std::size_t b = 0; b < 3; ++b) {
      for (std::size_t c = 0; c < 4; ++c) {
        for (std::size_t d = 0; d < 5; ++d) {
          EXPECT_EQ(turned.floats[((d * 4 + c) * 2 + a) * 3 + b], tensor.floats[((a * 3 + b) * 4 + c) * 5 + d]);
        }
      }
    }
  }
}

}  // namespace
}  // namespace regard::infer
