// A manifest in TOML for tests, put together from the parts in which they differ. For tests only.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace regard::infer::testing {

/// A face detector called `name` whose network is `name`.onnx.
struct ManifestText {
  std::string name = "mine";
  bool required = true;
  std::string files;    ///< of file_table
  std::string sources;  ///< of source_table
  std::string import;   ///< a table, or nothing
};

inline std::string file_table(const std::string& name, std::uint64_t size, const std::string& sha256) {
  return "[[file]]\nname = \"" + name + "\"\nsize = " + std::to_string(size) + "\nsha256 = \"" + sha256 + "\"\n";
}

/// Where each file is in a source of `origin`.
inline std::string source_table(const std::string& origin,
                                const std::vector<std::pair<std::string, std::string>>& locations) {
  std::string text = "[[source]]\norigin = \"" + origin + "\"\n";
  if (origin == "npm") text += "package = \"@me/mine@1.2.3\"\n";
  text += "[source.files]\n";
  for (const auto& [file, location] : locations) text.append("\"" + file + "\" = \"" + location + "\"\n");
  return text;
}

inline std::string text_of(const ManifestText& manifest) {
  return "name = \"" + manifest.name + R"("
pack = "own"
task = "face_detection"
rank = 0
required = )" +
         (manifest.required ? "true" : "false") + R"(
summary = "a detector"
licence = "MIT"
training_data = "synthetic people"
network = ")" +
         manifest.name + ".onnx\"\n" + manifest.files + manifest.sources + manifest.import + R"(
[input]
name = "input"
shape = [1, 3, -1, -1]
colour = "rgb"
mean = [127.5, 127.5, 127.5]
deviation = [1, 2.5, 3]

[[output]]
name = "boxes"
shape = [1, -1, 4]

[decoder]
name = "boxes"
how = "as they are"

[[accuracy]]
by = "regard"
claim = "finds everybody"
command = "regard eval faces --images DIR"
)";
}

}  // namespace regard::infer::testing
