// The TFJS importer and the descriptor's, held against TensorFlow.js and face-api themselves (tests/tfjs).
#include <gtest/gtest.h>

#include <cstdlib>

#include "infer/io/test_networks.h"
#include "infer/packs.h"

namespace regard::infer {
namespace {

namespace fs = std::filesystem;

struct Case {
  const char* name;  ///< of the manifest
  float least;       ///< range of random input
  float most;
  /// Nodes compared besides the outputs: a score that is squashed to 0 or 1 would hide a wrong graph.
  std::vector<std::string> inner;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

const Manifest& manifest_of(const std::string& name) {
  const auto& all = built_in_manifests();
  return *std::find_if(all.begin(), all.end(), [&](const Manifest& one) { return one.name == name; });
}

std::string in_quotes(const fs::path& path) { return "'" + path.string() + "'"; }

class AgainstTensorFlowJs : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    const auto folder = testing::npm_folder();
    if (!folder) GTEST_SKIP() << "no packages: run script/fetch-test-packages, or set REGARD_NPM_PACKAGES";
    packages_ = fs::absolute(*folder);
  }

  /// Runs a script of tests/tfjs; its banner goes to a file.
  void node(const std::string& script, const std::string& arguments) const {
    const std::string command = "node " + in_quotes(fs::path{REGARD_SOURCE_DIR} / "tests" / "tfjs" / script) + " " +
                                in_quotes(packages_) + " " + arguments + " >" + in_quotes(scratch_.path() / "log") +
                                " 2>&1";
    ASSERT_EQ(std::system(command.c_str()), 0) << command << "\n"
                                               << testing::read(scratch_.path() / "log").substr(0, 2000);
  }

  fs::path packages_;
  TemporaryFolder scratch_ = testing::scratch();
};

/// Rows of [N,6] detections may change places when scores all but tie: every row must have its like in the other.
double worst_unmatched_row(std::span<const float> got, std::span<const float> expected) {
  double worst = 0;
  for (std::size_t row = 0; row + 6 <= got.size(); row += 6) {
    double best = INFINITY;
    for (std::size_t other = 0; other + 6 <= expected.size(); other += 6) {
      best = std::min(best, testing::relative_error(got.subspan(row, 6), expected.subspan(other, 6)));
    }
    worst = std::max(worst, best);
  }
  return worst;
}

TEST_P(AgainstTensorFlowJs, gives_the_same_numbers) {
  const Manifest& manifest = manifest_of(GetParam().name);
  const fs::path models = packages_ / "node_modules/@vladmandic/human/models";
  std::string json;
  std::string weights;
  const SourceFile topology = testing::source_file(models / manifest.import->files[0], json);
  const SourceFile shard = testing::source_file(models / manifest.import->files[1], weights);
  std::vector<std::string> names = manifest.import->outputs;
  names.insert(names.end(), GetParam().inner.begin(), GetParam().inner.end());
  const auto onnx = import_tfjs(topology, {&shard, 1}, names);
  ASSERT_TRUE(onnx) << onnx.error().message();
  const auto model = Model::open(*onnx, manifest.name);
  ASSERT_TRUE(model) << model.error().message();
  ASSERT_EQ(model->inputs()[0].shape, manifest.input.shape);
  ASSERT_EQ(model->inputs()[0].name, manifest.input.name);

  const auto height = manifest.input.shape[2];
  const auto width = manifest.input.shape[3];
  auto image = testing::random_values(static_cast<std::size_t>(height * width * 3), GetParam().least, GetParam().most,
                                      testing::seed());
  if (GetParam().most > 2) {  // pixels are whole numbers, and one network takes nothing else
    for (float& value : image) value = std::floor(value);
  }
  testing::write_floats(scratch_.path() / "input.raw", image);
  std::string arguments = in_quotes(models / manifest.import->files[0]) + " " +
                          in_quotes(scratch_.path() / "input.raw") + " " + std::to_string(height) + "," +
                          std::to_string(width) + ",3 " + in_quotes(scratch_.path());
  for (const std::string& output : names) arguments += " '" + output + "'";
  node("run_network.mjs", arguments);

  const auto planes = testing::channels_first(image, 3);
  const auto outputs = model->run({manifest.input.name, manifest.input.shape, planes});
  ASSERT_TRUE(outputs) << outputs.error().message();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const TensorView& got = (*outputs)[names[i]];
    if (i < manifest.outputs.size()) {
      EXPECT_EQ(got.shape, manifest.outputs[i].shape);
    }
    const auto expected = testing::read_floats(scratch_.path() / (std::to_string(i) + ".raw"));
    ASSERT_EQ(got.values.size(), expected.size());
    const bool detections = got.shape.back() == 6;
    const double error =
        detections ? worst_unmatched_row(got.values, expected) : testing::relative_error(got.values, expected);
    std::printf("%s %s: %.2e\n", manifest.name.c_str(), names[i].c_str(), error);
    EXPECT_LE(error, 1e-3) << names[i];
  }
}

INSTANTIATE_TEST_SUITE_P(
    Networks, AgainstTensorFlowJs,
    ::testing::Values(Case{"blazeface", -1, 1, {}},
                      Case{"facemesh", 0, 1, {"StatefulPartitionedCall/model_1/conv2d_31/BiasAdd"}},
                      Case{"antispoof", 0, 1, {"StatefulPartitionedCall/sequential/dense_1/BiasAdd"}},
                      Case{"liveness", 0, 1, {"StatefulPartitionedCall/sequential_1/dense_2/BiasAdd"}},
                      Case{"centernet", 0, 255, {"tower_0/wh", "tower_0/keypoints"}},
                      Case{"movenet-lightning", 0, 255, {"StatefulPartitionedCall/Sigmoid"}}, Case{"iris", 0, 1, {}}),
    [](const auto& one) {
      std::string name = one.param.name;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

using AgainstFaceApi = AgainstTensorFlowJs;

TEST_F(AgainstFaceApi, the_descriptor_gives_the_same_numbers) {
  const Manifest& manifest = manifest_of("face-descriptor");
  const fs::path models = packages_ / "node_modules/@vladmandic/face-api/model";
  std::string json;
  std::string weights;
  const SourceFile list = testing::source_file(models / manifest.import->files[0], json);
  const SourceFile shard = testing::source_file(models / manifest.import->files[1], weights);
  const auto onnx = import_weight_list(list, shard);
  ASSERT_TRUE(onnx) << onnx.error().message();
  const auto model = Model::open(*onnx, manifest.name);
  ASSERT_TRUE(model) << model.error().message();

  const auto image = testing::random_values(150 * 150 * 3, 0, 255, testing::seed());
  testing::write_floats(scratch_.path() / "image.raw", image);
  node("run_descriptor.mjs", in_quotes(scratch_.path() / "image.raw") + " " + in_quotes(scratch_.path() / "out.raw"));

  auto planes = testing::channels_first(image, 3);
  for (std::size_t i = 0; i < planes.size(); ++i) {
    // face-api divides by 255 where dlib, and so the manifest, divides by 256; here it is about the layers only.
    planes[i] = (planes[i] - static_cast<float>(manifest.input.mean[i / (150 * 150)])) / 255.0F;
  }
  const auto outputs = model->run({manifest.input.name, manifest.input.shape, planes});
  ASSERT_TRUE(outputs) << outputs.error().message();
  const double error =
      testing::relative_error((*outputs)["descriptor"].values, testing::read_floats(scratch_.path() / "out.raw"));
  std::printf("face-descriptor: %.2e\n", error);
  EXPECT_LE(error, 1e-3);
}

}  // namespace
}  // namespace regard::infer
