#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "infer/logic/choose.h"
#include "infer/logic/test_manifest.h"
#include "infer/packs.h"

namespace regard::infer {
namespace {

using ::testing::HasSubstr;

/// A manifest with two files, every kind of source and an import.
std::string good() {
  const auto in = [](const std::string& folder) {
    return std::vector<std::pair<std::string, std::string>>{{"mine.json", folder + "mine.json"},
                                                            {"mine.bin", folder + "mine.bin"}};
  };
  return testing::text_of(
      {.files =
           testing::file_table("mine.json", 10, "cd7bbfc078270572beb39f9e5ae67aadbd50b5e67cff37e6d4f6b3ea39312e5f") +
           testing::file_table("mine.bin", 20, "dc9a97fdc50bc43216554bdd69aa3e7b9361a519ee7bdd996a2f69a98a6f9b72"),
       .sources = testing::source_table("mirror", in("networks/")) +
                  testing::source_table("https", in("https://example.org/")) +
                  testing::source_table("npm", in("model/")),
       .import = R"([import]
importer = "tfjs"
files = ["mine.json", "mine.bin"]
outputs = ["boxes"]
)"});
}

std::string with(std::string_view from, std::string_view to) {
  std::string text = good();
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Manifest, is_read_with_everything_it_says) {
  const auto read = parse_manifest(good(), "mine.toml");
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->name, "mine");
  EXPECT_EQ(read->task, Task::face_detection);
  EXPECT_TRUE(read->required);
  ASSERT_EQ(read->files.size(), 2U);
  EXPECT_EQ(read->pinned("mine.bin")->size, 20U);
  EXPECT_EQ(read->pinned("other"), nullptr);
  ASSERT_EQ(read->sources.size(), 3U);
  EXPECT_EQ(read->sources[0].files.at("mine.json"), "networks/mine.json");
  EXPECT_EQ(read->sources[1].origin, Origin::https);
  EXPECT_EQ(read->sources[2].package, "@me/mine@1.2.3");
  ASSERT_TRUE(read->import);
  EXPECT_EQ(read->import->outputs, std::vector<std::string>{"boxes"});
  EXPECT_EQ(read->input.shape, (std::vector<std::int64_t>{1, 3, -1, -1}));
  EXPECT_EQ(read->input.deviation, (std::vector<double>{1, 2.5, 3}));
  EXPECT_EQ(read->accuracy[0].command, "regard eval faces --images DIR");
}

struct Wrong {
  const char* what;
  std::string_view from;
  std::string_view to;
  const char* said;  ///< part of the error
};

TEST(Manifest, says_which_key_is_wrong_and_what_it_must_be) {
  const Wrong cases[] = {
      {"no toml", "name = \"mine\"\npack", "name = mine\npack", "line 1"},
      {"unknown key", "rank = 0", "rank = 0\nrnak = 1", "unknown key rnak"},
      {"unknown key in a table", "shape = [1, -1, 4]", "shape = [1]\nform = 1", "unknown key output[0].form"},
      {"missing key", "licence = \"MIT\"\n", "", "licence must be"},
      {"wrong type", "rank = 0", "rank = \"0\"", "rank must be"},
      {"a task that Regard does not do", "\"face_detection\"", "\"mind_reading\"", "task must be known"},
      {"name that climbs", "name = \"mine\"\npack", "name = \"../mine\"\npack", "name must be a file name"},
      {"hidden name", "name = \"mine\"\npack", "name = \".mine\"\npack", "name must be a file name"},
      {"network in a folder", "\"mine.onnx\"", "\"a/mine.onnx\"", "network must be a file name"},
      {"network of another kind", "\"mine.onnx\"", "\"mine.sh\"", "network must be a file name ending in .onnx"},
      {"file that climbs", "name = \"mine.json\"\nsize", "name = \"../../etc/passwd\"\nsize", "file[0].name must be"},
      {"absolute file", "name = \"mine.json\"\nsize", "name = \"/etc/passwd\"\nsize", "file[0].name must be"},
      {"the same file twice", "name = \"mine.bin\"\nsize", "name = \"mine.json\"\nsize", "there twice"},
      {"empty file", "size = 10", "size = 0", "file[0].size must be"},
      {"negative size", "size = 10", "size = -1", "file[0].size must be"},
      {"huge file", "size = 10", "size = 99999999999", "file[0].size must be"},
      {"short checksum", "cd7bbf", "cd7bb", "file[0].sha256 must be"},
      {"upper-case checksum", "cd7bbf", "CD7BBF", "file[0].sha256 must be"},
      {"unknown origin", "\"mirror\"", "\"ftp\"", "source[0].origin must be"},
      {"mirror path that climbs", "networks/mine.json", "networks/../../mine.json",
       "source[0].files.mine.json must be"},
      {"absolute mirror path", "networks/mine.json", "/etc/mine.json", "source[0].files.mine.json must be"},
      {"backslashes", "\"networks/mine.json\"", "'..\\mine.json'", "source[0].files.mine.json must be"},
      {"http without s", "https://example.org/mine.json", "http://example.org/mine.json",
       "source[1].files.mine.json must be"},
      {"file URL", "https://example.org/mine.json", "file:///etc/passwd", "source[1].files.mine.json must be"},
      {"credentials", "https://example.org/mine.json", "https://me:secret@example.org/x",
       "source[1].files.mine.json must be"},
      {"version range", "@me/mine@1.2.3", "@me/mine@^1.2.3", "source[2].package must be"},
      {"an option instead of a package", "@me/mine@1.2.3", "--registry=x@1.2.3", "source[2].package must be"},
      {"a version of two numbers", "@me/mine@1.2.3", "@me/mine@1.2", "source[2].package must be"},
      {"no version", "@me/mine@1.2.3", "@me/mine", "source[2].package must be"},
      {"an empty version", "@me/mine@1.2.3", "@me/mine@", "source[2].package must be"},
      {"an empty scope", "@me/mine@1.2.3", "@/mine@1.2.3", "source[2].package must be"},
      {"package that climbs", "@me/mine@1.2.3", "../mine@1.2.3", "source[2].package must be"},
      {"npm path that climbs", "model/mine.json", "../mine.json", "source[2].files.mine.json must be"},
      {"source of an unlisted file", "\"mine.json\" = \"networks", "\"other.json\" = \"networks",
       "files listed in [[file]]"},
      {"incomplete source", "\"mine.bin\" = \"model/mine.bin\"\n", "", "[[source]] must be complete"},
      {"unknown importer", "\"tfjs\"", "\"pickle\"", "import.importer must be"},
      {"import of an unlisted file", "files = [\"mine.json\"", "files = [\"other\"", "import.files must be"},
      {"import of one file", "files = [\"mine.json\", \"mine.bin\"]", "files = [\"mine.json\"]",
       "import.files must be"},
      {"no outputs", "outputs = [\"boxes\"]\n", "", "import.outputs must be"},
      {"zero dimension", "shape = [1, 3, -1, -1]", "shape = [1, 3, 0, -1]", "input.shape must be"},
      {"three dimensions", "shape = [1, 3, -1, -1]", "shape = [3, -1, -1]", "input.shape must be four"},
      {"unknown colour", "\"rgb\"", "\"yuv\"", "input.colour must be"},
      {"division by zero", "deviation = [1, 2.5, 3]", "deviation = [1, 0, 3]", "input.deviation must be positive"},
      {"two numbers for three channels", "deviation = [1, 2.5, 3]", "deviation = [1, 2]",
       "input.deviation must be three"},
      {"not a number", "deviation = [1, 2.5, 3]", "deviation = [1, nan, 3]", "input.deviation must be three"},
      {"claim of ours without a command", "command = \"regard eval faces --images DIR\"\n", "",
       "accuracy[0].command must be"},
      {"terminal escapes", "\"a detector\"", "\"a \\u001b[2J detector\"", "summary must be"},
  };
  for (const Wrong& one : cases) {
    const auto read = parse_manifest(with(one.from, one.to), "mine.toml");
    ASSERT_FALSE(read) << one.what;
    EXPECT_EQ(read.error().kind, ErrorKind::invalid_input) << one.what;
    EXPECT_THAT(read.error().message(), HasSubstr("mine.toml")) << one.what;
    EXPECT_THAT(read.error().cause, HasSubstr(one.said)) << one.what;
  }
}

TEST(Manifest, of_absurd_size_or_depth_is_refused) {
  EXPECT_FALSE(parse_manifest(std::string(300'000, '#'), "x"));
  EXPECT_FALSE(parse_manifest("a = " + std::string(100'000, '['), "x"));
  EXPECT_FALSE(parse_manifest("", "x"));
}

TEST(Manifest, that_breaks_the_expectations_of_the_parser_is_refused) {
  EXPECT_FALSE(parse_manifest("[{a]\n", "x"));  // an assertion of toml++, found by fuzzing
  EXPECT_THAT(parse_manifest("name \xe2\x22 = 1\n", "x").error().cause, HasSubstr("not ASCII"));
  EXPECT_THAT(parse_manifest(std::string{"a\0b", 3}, "x").error().cause, HasSubstr("not ASCII"));
}

TEST(BuiltInManifests, are_all_readable_and_named_after_their_files) {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator{std::string{REGARD_SOURCE_DIR} + "/models"}) {
    if (entry.path().extension() == ".toml") files.insert(entry.path().stem().string());
  }
  std::set<std::string> names;
  for (const Manifest& manifest : built_in_manifests()) names.insert(manifest.name);
  EXPECT_EQ(names, files);
  EXPECT_EQ(names.size(), 19U);
}

TEST(BuiltInManifests, have_one_preferred_network_for_each_task_of_a_pack) {
  std::set<std::tuple<std::string, Task, int>> ranks;
  for (const Manifest& manifest : built_in_manifests()) {
    EXPECT_TRUE(ranks.emplace(manifest.pack, manifest.task, manifest.rank).second) << manifest.name;
  }
  EXPECT_TRUE(ranks.contains({"standard", Task::face_detection, 0}));
  EXPECT_TRUE(ranks.contains({"standard", Task::object_detection, 0}));
  EXPECT_TRUE(ranks.contains({"npm", Task::face_detection, 0}));
  EXPECT_TRUE(ranks.contains({"npm", Task::object_detection, 0}));
}

TEST(BuiltInManifests, come_with_the_standard_pack_first_and_npm_last) {
  const auto& all = built_in_manifests();
  EXPECT_EQ(all.front().pack, "standard");
  EXPECT_EQ(all.back().pack, "npm");
  Manifest own = all.front();
  own.pack = "own";
  EXPECT_TRUE(preferred(all.front(), own));
  EXPECT_TRUE(preferred(own, all.back()));
}

TEST(Checksum, that_differs_is_told_with_file_expected_and_got) {
  const PinnedFile pinned{"a.onnx", 3, "00ff"};
  EXPECT_TRUE(matches(pinned, {3, "00ff"}, "testing"));
  const auto wrong = matches(pinned, {3, "11aa"}, "testing");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::corrupt);
  for (const char* part : {"a.onnx", "expected", "00ff", "got", "11aa"})
    EXPECT_THAT(wrong.error().message(), HasSubstr(part));
  EXPECT_FALSE(matches(pinned, {4, "00ff"}, "testing"));
}

TEST(Task, has_a_name_that_leads_back_to_it) {
  EXPECT_EQ(task_from("head_pose"), Task::head_pose);
  EXPECT_EQ(task_name(Task::iris), "iris");
  EXPECT_THAT(task_from("gaze").error().remedy, HasSubstr("face_detection"));
}

}  // namespace
}  // namespace regard::infer
