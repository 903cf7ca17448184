// What the tests of the transparency log share: a folder, a key, entries. Included by tests only.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "events/transparency.h"
#include "files.h"

namespace regard::events::testing {

/// Beside the build: what is asked of the disk should meet a disk.
struct Folder : test::TemporaryFolder {
  Folder() : TemporaryFolder{std::filesystem::current_path()} {}
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

using test::contents;
using test::write;

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
