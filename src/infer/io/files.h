// Files written so that nobody ever sees half of one, and their checksums. Inside infer's io only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/core.h"
#include "infer/logic/choose.h"

namespace regard::infer {

using Bytes = std::vector<std::uint8_t>;
using Tick =
    std::function<void(std::uint64_t bytes)>;  ///< called now and then with the bytes done so far; may be empty

/// SHA-256 of bytes as they come. Confined to one thread.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void add(std::span<const std::uint8_t> bytes);
  [[nodiscard]] std::string hex();  ///< ends the sum; call once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] std::string sha256(std::span<const std::uint8_t> bytes);
[[nodiscard]] Result<Content> content_of(const std::filesystem::path& file);
/// Errors: not_found, limit when the file has more than `most` bytes.
[[nodiscard]] Result<Bytes> read_file(const std::filesystem::path& file, std::uint64_t most);

/// A new file that does not outlive its writer unless moved away. Confined to one thread.
class Writer {
 public:
  [[nodiscard]] static Result<Writer> create(const std::filesystem::path& file);
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;
  ~Writer();
  [[nodiscard]] Result<void> write(std::span<const std::uint8_t> bytes);
  /// Everything is on the disk when this returns.
  [[nodiscard]] Result<void> finish();

 private:
  Writer(int descriptor, std::filesystem::path file);
  int descriptor_ = -1;
  std::filesystem::path file_;
};

/// A private folder (mode 0700) inside `parent`, removed with everything in it when the value goes.
class TemporaryFolder {
 public:
  [[nodiscard]] static Result<TemporaryFolder> create(const std::filesystem::path& parent);
  TemporaryFolder(TemporaryFolder&&) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::filesystem::path path);
  std::filesystem::path path_;
};

[[nodiscard]] Result<void> make_folder(const std::filesystem::path& folder);
/// Renames over what is there, and makes the rename itself durable. Both on one file system.
[[nodiscard]] Result<void> move_into_place(const std::filesystem::path& from, const std::filesystem::path& to);
/// Writes beside `file`, then renames.
[[nodiscard]] Result<void> write_whole(const std::filesystem::path& file, std::span<const std::uint8_t> bytes);

[[nodiscard]] inline std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view as_text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace regard::infer
