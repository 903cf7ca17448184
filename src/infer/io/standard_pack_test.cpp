// The standard pack itself, when the mirror is at hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "infer/infer.h"
#include "infer/io/test_places.h"
#include "infer/packs.h"

namespace regard::infer {
namespace {

class StandardPack : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto shared = testing::shared_folder();
    if (!shared) GTEST_SKIP() << "no mirror: set REGARD_SHARED to a folder that has models/";
    options_.folder = scratch_.path() / "models";
    options_.mirror = (*shared / "models").string();
  }
  TemporaryFolder scratch_ = testing::scratch();
  InstallOptions options_;
};

TEST_F(StandardPack, installs_from_a_mirror_and_every_network_keeps_its_contract) {
  const auto pack = install("standard", options_);
  ASSERT_TRUE(pack) << pack.error().message();
  EXPECT_EQ(pack->networks.size(), 11U);
  for (const InstalledNetwork& one : pack->networks) {
    EXPECT_TRUE(one.installed) << one.name << one.missing;
    EXPECT_EQ(one.from, "mirror");
  }
  for (const Network& network : verify(options_.folder)) {
    if (network.manifest.pack != "standard") continue;
    EXPECT_EQ(network.condition, Condition::intact) << network.manifest.name << ": " << network.detail;
    const auto model = Model::open(network.file);
    ASSERT_TRUE(model) << model.error().message();
    ASSERT_EQ(model->inputs().size(), 1U);
    EXPECT_EQ(model->inputs()[0].name, network.manifest.input.name);
    EXPECT_EQ(model->inputs()[0].shape, network.manifest.input.shape) << network.manifest.name;
    ASSERT_EQ(model->outputs().size(), network.manifest.outputs.size()) << network.manifest.name;
    for (const OutputContract& output : network.manifest.outputs) {
      EXPECT_THAT(model->outputs(), ::testing::Contains(::testing::Field(&TensorSpec::name, output.name)))
          << network.manifest.name;
    }
  }
}

TEST_F(StandardPack, gives_the_preferred_network_of_a_task_or_the_one_named) {
  ASSERT_TRUE(install("standard", options_));
  EXPECT_EQ(find(options_.folder, Task::face_detection)->manifest.name, "yunet");
  EXPECT_EQ(find(options_.folder, Task::object_detection)->manifest.name, "picodet-s-416");
  EXPECT_EQ(find(options_.folder, Task::object_detection, "picodet-s-320")->manifest.name, "picodet-s-320");
  EXPECT_EQ(find_all(options_.folder, Task::liveness).size(), 2U);
  EXPECT_EQ(find(options_.folder, Task::face_mesh).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace regard::infer
