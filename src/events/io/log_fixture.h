// What the tests of the transparency log share: a folder, a key, entries. Included by tests only.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "events/transparency.h"

namespace regard::events::testing {

/// A folder of its own for one test, gone afterwards.
class Folder {
 public:
  Folder() {
    // Beside the build rather than in /tmp, which may be memory: what is asked of the disk should meet a disk.
    std::string pattern = (std::filesystem::current_path() / "regard-log-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The same key whenever it is asked for.
inline crypto::SigningKey key(std::uint8_t seed = 7) {
  return crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(std::vector<std::uint8_t>(32, seed))).value();
}

inline consent::Entry entry(std::uint64_t count) {
  consent::Entry entry;
  entry.kind = consent::EntryKind::identify_permitted;
  entry.time = Timestamp{std::chrono::seconds{1'790'000'000}};
  entry.actor = {"camera:door"};
  entry.gallery = consent::GalleryName{"staff"};
  entry.zone = consent::ZoneName{"entrance"};
  entry.purpose = consent::Purpose::access;
  entry.count = count;
  return entry;
}

inline const Clock& clock() {
  static const std::unique_ptr<Clock> machine = system_clock();
  return *machine;
}

inline std::unique_ptr<TransparencyLog> open_log(const std::filesystem::path& file) {
  auto log = TransparencyLog::open(file, key(), clock());
  EXPECT_TRUE(log) << log.error().message();
  return log ? std::move(*log) : nullptr;
}

inline std::string contents(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{stream}, std::istreambuf_iterator<char>{}};
}

inline void overwrite(const std::filesystem::path& file, std::string_view text) {
  std::ofstream stream{file, std::ios::binary | std::ios::trunc};
  stream.write(text.data(), static_cast<std::streamsize>(text.size()));
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t from = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', from)) {
    lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return lines;
}

/// A log of `batches` batches of one entry each.
inline void fill(const std::filesystem::path& file, std::uint64_t batches) {
  const auto log = open_log(file);
  for (std::uint64_t i = 0; i < batches; ++i) ASSERT_TRUE(log->append(entry(i)));
}

/// The text of the error, or "" when there is none.
template <typename T>
std::string message_of(const Result<T>& result) {
  return result ? "" : result.error().message();
}

}  // namespace regard::events::testing
