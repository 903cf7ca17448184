// The architecture, read from the sources: who may include what. System headers are visible to every compilation, so
// what the include paths cannot forbid is forbidden here.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
const fs::path root = REGARD_SOURCE_DIR;

struct SourceFile {
  std::string path;   // relative to the root
  std::string stage;  // folder below src
  std::string part;   // "logic", "io" or "" for public headers
  std::string text;
  std::vector<std::string> includes;
  [[nodiscard]] bool is_test() const { return path.ends_with("_test.cpp"); }
};

std::string read(const fs::path& file) {
  std::ifstream stream{file};
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::vector<SourceFile> sources() {
  static const std::regex include{R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])"};
  std::vector<SourceFile> files;
  for (const auto& entry : fs::recursive_directory_iterator{root / "src"}) {
    const fs::path& path = entry.path();
    if (path.extension() != ".cpp" && path.extension() != ".h") continue;
    const fs::path relative = fs::relative(path, root / "src");
    std::vector<std::string> parts;
    for (const fs::path& part : relative) parts.push_back(part.string());
    SourceFile file{.path = ("src" / relative).string(),
                    .stage = parts.front(),
                    .part = parts.size() > 2 ? parts[1] : "",
                    .text = read(path),
                    .includes = {}};
    std::istringstream lines{file.text};
    for (std::string line; std::getline(lines, line);) {
      if (std::smatch match; std::regex_search(line, match, include)) file.includes.push_back(match[1]);
    }
    files.push_back(std::move(file));
  }
  return files;
}

/// Which io/ folders may use which third-party library, by how its headers begin.
const std::map<std::string, std::set<std::string>> homes{
    {"opencv2/", {"image"}},
    {"turbojpeg.h", {"image"}},
    {"spng.h", {"image"}},
    {"webp/", {"image"}},
    {"onnxruntime", {"infer"}},
    {"onnx/", {"infer"}},
    {"google/protobuf", {"infer"}},
    {"archive", {"infer"}},
    {"zlib.h", {"infer"}},
    {"pugixml.hpp", {"infer", "capture"}},
    {"curl/", {"infer", "capture", "sinks"}},
    {"mosquitto.h", {"sinks"}},
    {"mqtt_protocol.h", {"sinks"}},
    {"openssl/", {"infer", "capture", "crypto"}},
    {"sodium", {"crypto"}},
    {"SQLiteCpp/", {"store"}},
    {"sqlite3.h", {"store"}},
    {"hwy/", {"gallery"}},
    {"libavcodec/", {"capture", "sinks"}},
    {"libavformat/", {"capture", "sinks"}},
    {"libavutil/", {"capture", "sinks"}},
    {"libswscale/", {"capture", "sinks"}},
    {"libavdevice/", {"capture"}},
    {"CLI/", {"app"}},
    {"boost/", {"serve"}},
    {"spdlog/", {"app", "capture"}},
};

/// What logic/ must not know: the clock, threads, files, logs, randomness, the operating system.
const std::set<std::string> impure{
    "thread",   "mutex",  "shared_mutex", "condition_variable", "future",  "atomic", "stop_token", "fstream",
    "iostream", "cstdio", "random",       "unistd.h",           "fcntl.h", "ctime",  "time.h",     "csignal"};

TEST(Architecture, third_party_headers_stay_in_the_io_folder_that_owns_them) {
  for (const SourceFile& file : sources()) {
    for (const std::string& include : file.includes) {
      for (const auto& [prefix, stages] : homes) {
        if (!include.starts_with(prefix)) continue;
        EXPECT_TRUE(file.part == "io" && stages.contains(file.stage)) << file.path << " includes <" << include << ">";
      }
    }
  }
}

TEST(Architecture, logic_is_pure) {
  // snprintf into a buffer; the last words of a program that broke its own promise.
  const std::set<std::string> prints{"src/core/logic/time.cpp", "src/core/logic/check.cpp"};
  // Resampling with a generator that the caller seeds: the same arguments give the same result.
  const std::set<std::string> seeded{"src/eval/logic/average_precision.cpp"};
  static const std::regex impure_call{
      R"(\bnow\(\)|\bgetenv\(|\bs?rand\(|\bstd::filesystem::(exists|directory|remove)|\bsystem_clock\()"};
  for (const SourceFile& file : sources()) {
    if (file.part != "logic" || file.is_test()) continue;
    for (const std::string& include : file.includes) {
      const bool excepted =
          (include == "cstdio" && prints.contains(file.path)) || (include == "random" && seeded.contains(file.path));
      EXPECT_TRUE(!impure.contains(include) || excepted) << file.path << " includes <" << include << ">";
    }
    EXPECT_FALSE(std::regex_search(file.text, impure_call))
        << file.path << " reads the clock, the environment or the disk";
  }
}

TEST(Architecture, public_headers_have_no_third_party_includes) {
  const std::set<std::string> allowed{"tl/expected.hpp"};
  for (const SourceFile& file : sources()) {
    if (!file.part.empty() || !file.path.ends_with(".h")) continue;
    for (const std::string& include : file.includes) {
      if (file.text.find('"' + include + '"') != std::string::npos) continue;  // ours
      EXPECT_TRUE(include.find('/') == std::string::npos || allowed.contains(include))
          << file.path << " includes <" << include << ">";
      EXPECT_FALSE(include.ends_with(".hpp") && !allowed.contains(include))
          << file.path << " includes <" << include << ">";
    }
  }
}

TEST(Architecture, includes_name_the_stage_and_never_climb) {
  for (const SourceFile& file : sources()) {
    for (const std::string& include : file.includes)
      EXPECT_EQ(include.find(".."), std::string::npos) << file.path << ": " << include;
  }
}

TEST(Architecture, private_headers_of_io_and_logic_stay_in_their_stage) {
  static const std::regex inside{R"(^([a-z_]+)/(io|logic)/)"};
  for (const SourceFile& file : sources()) {
    for (const std::string& include : file.includes) {
      if (std::smatch match; std::regex_search(include, match, inside)) {
        EXPECT_EQ(match[1], file.stage) << file.path << " includes " << include;
      }
    }
  }
}

/// Types that only one function may make: their friends are the proof, so each friend is listed here.
const std::set<std::string> allowed_friends{
    "src/events/events.h: friend RedactedImage redact(BgrImage picture, std::span<const PixelBox> faces);",
    "src/events/events.h: friend RedactedImage annotate(RedactedImage picture, std::span<const track::Track> tracks, "
    "const std::unordered_map<TrackId, std::string>& labels);",
    "src/events/events.h: friend Result<RevealedImage> reveal(BgrImage picture, const CameraName& camera, const "
    "consent::RevealPermit& permit, Duration now);",
    "src/cast/cast.h: friend class Stage;",
    "src/consent/permits.h: friend class Gate;",
    "src/embed/embed.h: friend class FaceEmbedder;",
    "src/embed/embed.h: friend class BodyEmbedder;",
    "src/embed/embed.h: friend class regard::gallery::Vault;",
    "src/embed/embed.h: friend Result<float> compare(const consent::EvaluatePermit& permit, const Template& a, const "
    "Template& b, const Clock& clock);",
    "src/embed/embed.h: friend Result<float> compare(const consent::AssociatePermit& permit, const Template& a, const "
    "Template& b, const Clock& clock);",
    "src/gallery/gallery.h: friend class Vault;",
    "src/infer/infer.h: friend class Model;",
};

TEST(Architecture, every_friend_is_on_the_list) {
  static const std::regex friendship{R"(\n\s*(friend (?!auto|bool)[^;{]*;))"};
  for (const SourceFile& file : sources()) {
    for (auto match = std::sregex_iterator{file.text.begin(), file.text.end(), friendship};
         match != std::sregex_iterator{}; ++match) {
      const std::string line = std::regex_replace((*match)[1].str(), std::regex{R"(\s+)"}, " ");
      EXPECT_TRUE(allowed_friends.contains(file.path + ": " + line)) << file.path << ": " << line;
    }
  }
}

TEST(Architecture, every_folder_is_a_stage_with_one_header_of_its_name) {
  const std::string table = read(root / "src/CMakeLists.txt");
  for (const auto& entry : fs::directory_iterator{root / "src"}) {
    if (!entry.is_directory()) continue;
    const std::string name = entry.path().filename().string();
    EXPECT_TRUE(std::regex_search(table, std::regex{"stage\\(" + name + "\\b"}))
        << name << " is not in src/CMakeLists.txt";
    EXPECT_TRUE(fs::exists(entry.path() / (name + ".h"))) << name << " has no " << name << ".h";
    for (const auto& inner : fs::directory_iterator{entry.path()}) {
      if (!inner.is_directory()) continue;
      const bool is_sql = name == "store" && inner.path().filename() == "migrations";
      EXPECT_TRUE(inner.path().filename() == "logic" || inner.path().filename() == "io" || is_sql) << inner.path();
    }
  }
}

TEST(Architecture, every_cpp_of_a_stage_is_logic_or_io) {
  for (const SourceFile& file : sources()) {
    if (!file.path.ends_with(".cpp") || file.path == "src/app/main.cpp") continue;
    EXPECT_FALSE(file.part.empty()) << file.path;
  }
}

TEST(Architecture, nothing_infers_what_must_not_be_inferred) {
  static const std::regex forbidden{R"(\b(ethnicity|religion|emotion|gender|infer_age|estimate_age)\b)",
                                    std::regex::icase};
  for (const SourceFile& file : sources()) {
    std::istringstream lines{file.text};
    for (std::string line; std::getline(lines, line);) {
      if (line.find("//") != std::string::npos) line.resize(line.find("//"));  // saying that we do not is welcome
      EXPECT_FALSE(std::regex_search(line, forbidden)) << file.path << ": " << line;
    }
  }
}

TEST(Architecture, open_points_name_their_issue) {
  static const std::regex point{R"(\b(TODO|FIXME|XXX|HACK)\b(?!\(#\d+\)))"};
  for (const SourceFile& file : sources()) EXPECT_FALSE(std::regex_search(file.text, point)) << file.path;
}

}  // namespace
