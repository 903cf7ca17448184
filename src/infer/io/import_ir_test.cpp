// The OpenVINO importer, held against the same networks as ONNX in the mirror.
#include <gtest/gtest.h>

#include "infer/io/test_networks.h"
#include "infer/packs.h"

namespace regard::infer {
namespace {

class AgainstMirror : public ::testing::TestWithParam<const char*> {};

TEST_P(AgainstMirror, gives_the_same_numbers_for_one_image_and_for_three) {
  const auto shared = testing::shared_folder();
  if (!shared) GTEST_SKIP() << "no mirror: set REGARD_SHARED to a folder that has models/";
  const std::string name = GetParam();
  std::string xml;
  std::string bin;
  const auto onnx = import_openvino_ir(testing::source_file(*shared / "models" / (name + ".xml"), xml),
                                       testing::source_file(*shared / "models" / (name + ".bin"), bin));
  ASSERT_TRUE(onnx) << onnx.error().message();
  const auto ours = Model::open(*onnx, name);
  ASSERT_TRUE(ours) << ours.error().message();
  const auto theirs = Model::open(*shared / "models" / (name + ".onnx"));
  ASSERT_TRUE(theirs) << theirs.error().message();
  ASSERT_EQ(ours->inputs()[0].name, theirs->inputs()[0].name);

  for (const std::int64_t batch : {1, 3}) {
    std::vector<std::int64_t> shape = theirs->inputs()[0].shape;
    shape[0] = batch;
    const auto image = testing::random_values(static_cast<std::size_t>(shape[0] * shape[1] * shape[2] * shape[3]), 0,
                                              255, testing::seed());
    const auto got = ours->run({ours->inputs()[0].name, shape, image});
    const auto expected = theirs->run({ours->inputs()[0].name, shape, image});
    ASSERT_TRUE(got) << got.error().message();
    ASSERT_TRUE(expected) << expected.error().message();
    ASSERT_EQ(got->all().size(), expected->all().size());
    for (const TensorView& tensor : expected->all()) {
      EXPECT_EQ((*got)[tensor.name].shape, tensor.shape);
      const double error = testing::relative_error((*got)[tensor.name].values, tensor.values);
      std::printf("%s %s, batch %d: %.2e\n", name.c_str(), std::string{tensor.name}.c_str(), static_cast<int>(batch),
                  error);
      EXPECT_LE(error, 1e-3) << tensor.name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, AgainstMirror,
                         ::testing::Values("face-reidentification-retail-0095", "person-reidentification-retail-0286",
                                           "head-pose-estimation-adas-0001"),
                         [](const auto& one) {
                           std::string name = one.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace regard::infer
