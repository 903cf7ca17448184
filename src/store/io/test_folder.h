// A folder for one test with a database in it, and facts to put there. Only for tests.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "files.h"
#include "store/store.h"

namespace regard::store::testing {

inline Timestamp day(int number) {
  return Timestamp{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1} + std::chrono::days{number}};
}

/// Bytes as unlike others as ciphertext.
inline crypto::Bytes random_looking(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  crypto::Bytes bytes(size);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

struct TestFolder : test::TemporaryFolder {
  [[nodiscard]] std::filesystem::path file() const { return *this / "regard.db"; }
};

/// The files of a folder one after the other, read by another process: a descriptor of this one would take the
/// database's locks along when it is closed.
inline std::string all_bytes(const std::filesystem::path& folder) {
  std::string all;
  FILE* pipe = ::popen(("cat " + folder.string() + "/*").c_str(), "r");
  std::vector<char> block(1 << 16);
  while (const std::size_t count = std::fread(block.data(), 1, block.size(), pipe)) all.append(block.data(), count);
  ::pclose(pipe);
  return all;
}

/// How often `bytes` are in the files of a folder.
inline std::size_t occurrences(const std::filesystem::path& folder, std::string_view bytes) {
  const std::string all = all_bytes(folder);
  std::size_t found = 0;
  for (std::size_t at = all.find(bytes); at != std::string::npos; at = all.find(bytes, at + 1)) ++found;
  return found;
}
inline std::size_t occurrences(const std::filesystem::path& folder, const crypto::Bytes& bytes) {
  return occurrences(folder, std::string_view{reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

inline std::unique_ptr<Database> opened(const std::filesystem::path& file, const Options& options = {}) {
  auto database = Database::open(file, options);
  EXPECT_TRUE(database.has_value()) << database.error().message();
  return database.has_value() ? std::move(*database) : nullptr;
}

inline ::testing::AssertionResult ok(const Result<void>& result) {
  return result ? ::testing::AssertionSuccess() : ::testing::AssertionFailure() << result.error().message();
}
template <typename T>
::testing::AssertionResult fails(const Result<T>& result, ErrorKind kind) {
  if (result) return ::testing::AssertionFailure() << "it succeeded";
  const Error& error = result.error();
  if (error.kind != kind) return ::testing::AssertionFailure() << "another kind: " << error.message();
  if (error.doing.empty() || error.cause.empty() || error.remedy.empty()) {
    return ::testing::AssertionFailure() << "a part is missing: " << error.message();
  }
  return ::testing::AssertionSuccess();
}

inline consent::Subject person(const std::string& id, const std::string& name = "Somebody Unknown") {
  return {{id}, name, day(0)};
}

inline consent::Consent consent_of(const std::string& subject, const std::string& id, int from = 0, int until = 300,
                                   std::set<consent::Purpose> purposes = {consent::Purpose::access}) {
  consent::Consent consent;
  consent.id.value = id;
  consent.subject.value = subject;
  consent.purposes = std::move(purposes);
  consent.jurisdiction = "DE";
  consent.controller = "Example Works";
  consent.policy_address = "https://example.org/privacy";
  consent.method = "paper";
  consent.issued = day(from);
  consent.starts = day(from);
  consent.expires = day(until);
  consent.retention = std::chrono::hours{24 * 100};
  const std::string signature = crypto::to_hex(random_looking(32, std::hash<std::string>{}(id)));
  consent.receipt = "eyJhbGciOiJFZERTQSJ9." + subject + "." + id + "." + signature;
  return consent;
}

inline consent::Gallery gallery_of(const std::string& name, consent::Purpose purpose = consent::Purpose::access) {
  return {{name}, purpose, {{"door"}}, 100, {}, day(0)};
}

inline gallery::SealedTemplate row_of(const std::string& subject, const std::string& gallery, std::uint64_t seed,
                                      int enrolled = 1) {
  gallery::SealedTemplate row;
  row.subject.value = subject;
  row.gallery.value = gallery;
  row.version.value = "face@1";
  row.entry.value = seed;
  row.enrolled = day(enrolled);
  row.sealed = random_looking(2088, seed);
  return row;
}

inline crypto::Bytes key_of(const std::string& subject) {
  return random_looking(72, std::hash<std::string>{}(subject));
}

/// Adds a person with a consent to access.
inline void add_person(Database& database, const std::string& id, const std::string& name = "Somebody Unknown") {
  ASSERT_TRUE(ok(database.apply(consent::AddSubject{person(id, name)})));
  ASSERT_TRUE(ok(database.apply(consent::AddConsent{consent_of(id, "consent-of-" + id)})));
}

/// The gallery's seed; a gallery without a secret gets one.
inline crypto::Bytes seed_of(Database& database, const consent::GalleryName& gallery) {
  const auto known = database.secret(gallery).value();
  if (known) return known->sealed_seed;
  const gallery::GallerySecret secret{random_looking(72, std::hash<std::string>{}(gallery.value)), {"face@1"}, 0};
  return database.create_secret(gallery, secret) ? secret.sealed_seed : crypto::Bytes{};
}

/// Adds one row under the key of its subject and the seed of its gallery.
inline Result<void> added(Database& database, const gallery::SealedTemplate& row) {
  return database.add(row.subject, key_of(row.subject.value), seed_of(database, row.gallery), {&row, 1});
}

inline void enrol(Database& database, const gallery::SealedTemplate& row) { ASSERT_TRUE(ok(added(database, row))); }

}  // namespace regard::store::testing
