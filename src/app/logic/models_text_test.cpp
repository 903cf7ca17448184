#include "app/logic/models_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace regard::app {
namespace {

using infer::Condition;
using infer::Network;
using infer::Task;
using ::testing::HasSubstr;
using ::testing::Not;

Network network(const std::string& name, Task task, Condition condition) {
  Network made;
  made.manifest.name = name;
  made.manifest.task = task;
  made.manifest.pack = "standard";
  made.manifest.licence = "MIT (somebody)";
  made.manifest.accuracy = {{"author", "finds 9 of 10", {}}};
  made.condition = condition;
  return made;
}

const std::vector<Network> some{network("missing", Task::face_detection, Condition::absent),
                                network("broken", Task::face_detection, Condition::damaged),
                                network("good", Task::face_detection, Condition::present),
                                network("spare", Task::face_detection, Condition::intact)};

TEST(NetworksTable, marks_the_first_network_that_can_be_used) {
  EXPECT_EQ(networks_table(some),
            "   network  task            pack      state    licence\n"
            "   missing  face_detection  standard  absent   MIT\n"
            "   broken   face_detection  standard  damaged  MIT\n"
            "*  good     face_detection  standard  present  MIT\n"
            "   spare    face_detection  standard  intact   MIT\n");
}

TEST(WhatItMeans, names_the_network_of_every_task_and_those_that_have_none) {
  const std::string text = what_it_means(some);
  EXPECT_THAT(text, HasSubstr("face_detection    good  finds 9 of 10 (published by its author)\n"));
  EXPECT_THAT(text, HasSubstr("face_template     -     no network: not available\n"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10);
}

TEST(WhatItMeans, does_not_pass_off_an_unmeasured_network_as_measured) {
  std::vector<Network> networks{some[2]};
  networks[0].manifest.accuracy = {{"none", "not measured", {}}};
  EXPECT_THAT(what_it_means(networks), HasSubstr("good  not measured\n"));
  networks[0].manifest.accuracy = {{"regard", "recall .9", "regard eval faces --images DIR"}};
  EXPECT_THAT(what_it_means(networks), HasSubstr("measured by Regard); repeat with: regard eval faces --images DIR"));
}

TEST(InstallSummary, counts_by_origin_and_tells_what_is_missing) {
  const infer::InstalledPack pack{"standard",
                                  {{"a", true, false, "mirror", {}},
                                   {"b", true, false, "mirror", {}},
                                   {"c", true, true, {}, {}},
                                   {"d", false, false, {}, "nobody has it"}}};
  EXPECT_EQ(install_summary(pack), "pack standard: 1 already there, 2 from the mirror\n  missing d: nobody has it");
  EXPECT_EQ(install_summary({"own", {}}), "pack own: no network");
  const auto json = to_json(pack);
  EXPECT_EQ(json["networks"][3]["missing"], "nobody has it");
  EXPECT_EQ(json["networks"][0]["from"], "mirror");
  EXPECT_FALSE(json["networks"][2].contains("from"));
}

TEST(NetworkPage, says_where_it_is_and_what_is_wrong_with_it) {
  Network broken = some[1];
  broken.file = "/models/broken/b.onnx";
  broken.detail = "expected 3 bytes, got 2";
  EXPECT_THAT(network_page(broken), HasSubstr("damaged: expected 3 bytes, got 2"));
  EXPECT_THAT(network_page(broken), HasSubstr("/models/broken/b.onnx"));
  EXPECT_THAT(network_page(some[2]), Not(HasSubstr("damaged")));
  EXPECT_EQ(to_json(broken)["state"], "damaged");
}

}  // namespace
}  // namespace regard::app
