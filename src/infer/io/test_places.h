// Where tests of infer find things and put things. For tests only.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "infer/io/files.h"

namespace regard::infer::testing {

/// The reference material that is not part of the project: $REGARD_SHARED, else `shared` beside the repository's root.
inline std::optional<std::filesystem::path> shared_folder() {
  const char* given = std::getenv("REGARD_SHARED");
  const std::filesystem::path folder =
      given != nullptr ? std::filesystem::path{given} : std::filesystem::path{REGARD_SOURCE_DIR} / ".." / "shared";
  if (!std::filesystem::is_directory(folder / "models")) return std::nullopt;
  return folder;
}

/// npm packages that script/fetch-test-packages put there: $REGARD_NPM_PACKAGES, else build/npm.
inline std::optional<std::filesystem::path> npm_folder() {
  const char* given = std::getenv("REGARD_NPM_PACKAGES");
  const std::filesystem::path folder =
      given != nullptr ? std::filesystem::path{given} : std::filesystem::path{REGARD_SOURCE_DIR} / "build" / "npm";
  if (!std::filesystem::is_directory(folder / "node_modules" / "@vladmandic" / "human")) return std::nullopt;
  return folder;
}

/// A folder that goes when the test ends.
inline TemporaryFolder scratch() {
  auto folder = TemporaryFolder::create(std::filesystem::temp_directory_path());
  CHECK(folder.has_value());
  return std::move(*folder);
}

inline void write(const std::filesystem::path& file, std::string_view text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream{file, std::ios::binary} << text;
}

inline std::string read(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// Sets an environment variable, or removes it, until the value goes.
class Environment {
 public:
  Environment(std::string name, const char* value) : name_{std::move(name)} {
    if (const char* before = std::getenv(name_.c_str())) before_ = before;
    put(value);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment() { put(before_ ? before_->c_str() : nullptr); }

 private:
  void put(const char* value) const {
    if (value != nullptr) {
      ::setenv(name_.c_str(), value, 1);
    } else {
      ::unsetenv(name_.c_str());
    }
  }
  std::string name_;
  std::optional<std::string> before_;
};

}  // namespace regard::infer::testing
