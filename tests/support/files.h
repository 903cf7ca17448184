// Files for tests: a folder of one's own, and whole files written and read. Every test target sees this header.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>

namespace regard::test {

/// A folder of its own for one test, removed with the object. Confined to one thread.
class TemporaryFolder {
 public:
  /// In `parent`: where what is asked of the disk should meet a disk, the temporary folder, which may be memory, is
  /// the wrong one.
  explicit TemporaryFolder(const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    std::string pattern = (parent / "regard-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder can be made");
    path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// The reference material that is not part of the project: $REGARD_SHARED, else a folder `shared` beside the repository
/// or one of its parents; empty when there is none.
[[nodiscard]] inline std::optional<std::filesystem::path> shared_folder() {
  if (const char* const named = std::getenv("REGARD_SHARED")) {
    return std::filesystem::is_directory(named) ? std::optional<std::filesystem::path>{named} : std::nullopt;
  }
  for (std::filesystem::path at = REGARD_SOURCE_DIR; at.has_relative_path(); at = at.parent_path()) {
    if (std::filesystem::is_directory(at.parent_path() / "shared")) return at.parent_path() / "shared";
  }
  return std::nullopt;
}

/// The bytes of `file`; empty when it cannot be read.
[[nodiscard]] inline std::string contents(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

/// Makes `file` hold exactly `bytes`.
inline void write(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream{file, std::ios::binary} << bytes;
}

}  // namespace regard::test
