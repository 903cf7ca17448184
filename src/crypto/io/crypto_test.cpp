#include "crypto/crypto.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "files.h"

namespace regard::crypto {
namespace {

namespace fs = std::filesystem;

Bytes hex(std::string_view text) { return from_hex(text).value(); }
SecretBytes secret(std::string_view text) { return SecretBytes::copy_of(hex(text)); }
std::string text_of(BytesView bytes) { return {bytes.begin(), bytes.end()}; }

TEST(Sha256, is_that_of_fips_180_4) {
  EXPECT_EQ(to_hex(sha256(bytes_of("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256(BytesView{})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, of_parts_is_that_of_the_whole) {
  const std::array parts{bytes_of("a"), bytes_of(""), bytes_of("bc")};
  EXPECT_EQ(sha256(parts), sha256(bytes_of("abc")));
}

// draft-irtf-cfrg-xchacha-03, appendix A.3.1.
TEST(Seal, opens_the_published_message) {
  const SecretBytes key = secret("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
  const Bytes sealed = hex(
      "404142434445464748494a4b4c4d4e4f5051525354555657"
      "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c2"
      "16cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c6"
      "8b13b52ec0875924c1c7987947deafd8780acf49");
  const auto plain = unseal(key, sealed, hex("50515253c0c1c2c3c4c5c6c7"), "the example");
  ASSERT_TRUE(plain) << plain.error().message();
  EXPECT_EQ(text_of(plain->bytes()),
            "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen "
            "would be it.");
}

TEST(Seal, goes_there_and_back_and_never_the_same_way_twice) {
  const SecretBytes key = SecretBytes::random(key_size);
  const Bytes first = seal(key, bytes_of("template"), bytes_of("person"));
  EXPECT_NE(first, seal(key, bytes_of("template"), bytes_of("person")));
  EXPECT_EQ(text_of(unseal(key, first, bytes_of("person"), "it").value().bytes()), "template");
  EXPECT_TRUE(unseal(key, seal(key, {}, {}), {}, "nothing").has_value());
}

TEST(Seal, refuses_every_changed_bit_another_key_and_another_context) {
  const SecretBytes key = SecretBytes::random(key_size);
  const Bytes sealed = seal(key, bytes_of("ten bytes!"), bytes_of("person"));
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Bytes changed = sealed;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << bit % 8));
    EXPECT_EQ(unseal(key, changed, bytes_of("person"), "it").error().kind, ErrorKind::corrupt);
  }
  EXPECT_FALSE(unseal(SecretBytes::random(key_size), sealed, bytes_of("person"), "it"));
  EXPECT_FALSE(unseal(key, sealed, bytes_of("another"), "it"));
  EXPECT_FALSE(unseal(key, BytesView{sealed}.first(39), bytes_of("person"), "it"));
}

TEST(Derive, differs_by_key_and_by_context_and_is_repeatable) {
  const SecretBytes key = SecretBytes::random(key_size);
  const SecretBytes a = derive(key, "log");
  EXPECT_TRUE(same(a.bytes(), derive(key, "log").bytes()));
  EXPECT_FALSE(same(a.bytes(), derive(key, "receipts").bytes()));
  EXPECT_FALSE(same(a.bytes(), derive(SecretBytes::random(key_size), "log").bytes()));
}

TEST(Stretch, depends_on_passphrase_and_salt) {
  const PassphraseCost cheap{.operations = 1, .memory_bytes = 8U << 20U};
  const Bytes salt(16, 7);
  const SecretBytes key = stretch(bytes_of("correct horse"), salt, cheap).value();
  EXPECT_TRUE(same(key.bytes(), stretch(bytes_of("correct horse"), salt, cheap).value().bytes()));
  EXPECT_FALSE(same(key.bytes(), stretch(bytes_of("correct horsf"), salt, cheap).value().bytes()));
  EXPECT_FALSE(same(key.bytes(), stretch(bytes_of("correct horse"), Bytes(16, 8), cheap).value().bytes()));
  EXPECT_EQ(stretch(bytes_of("x"), Bytes(15, 7), cheap).error().kind, ErrorKind::corrupt);
}

// RFC 8032 section 7.1, test 2.
TEST(SigningKey, signs_as_published) {
  const SigningKey key =
      SigningKey::from_seed(secret("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")).value();
  EXPECT_EQ(to_hex(key.public_key()), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const Signature signature = key.sign(hex("72"));
  EXPECT_EQ(
      to_hex(signature),
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302a"
      "eeb00d291612bb0c00");
  EXPECT_TRUE(verify(key.public_key(), hex("72"), signature));
  EXPECT_FALSE(verify(key.public_key(), hex("73"), signature));
}

// RFC 8037 appendix A.4.
TEST(Jws, accepts_the_published_one_and_nothing_near_it) {
  PublicKey key{};
  std::ranges::copy(from_base64url("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").value(), key.begin());
  const std::string jws =
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki"
      "4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
  const auto payload = verify_jws(key, jws);
  ASSERT_TRUE(payload) << payload.error().message();
  EXPECT_EQ(*payload, "Example of Ed25519 signing");
  for (const std::size_t place : {1UL, 25UL, 60UL}) {
    std::string changed = jws;
    changed[place] = changed[place] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify_jws(key, changed)) << place;
  }
  EXPECT_FALSE(verify_jws(key, "a.b"));
  EXPECT_FALSE(verify_jws(key, ""));
}

TEST(Jws, refuses_other_algorithms) {
  const SigningKey key = SigningKey::generate();
  EXPECT_TRUE(verify_jws(key.public_key(), sign_jws(key, "{}", "consent+jws")));
  const std::string text = to_base64url(bytes_of(R"({"alg":"none"})")) + "." + to_base64url(bytes_of("{}"));
  EXPECT_FALSE(verify_jws(key.public_key(), text + "."));
  EXPECT_FALSE(verify_jws(key.public_key(), text + "." + to_base64url(key.sign(bytes_of(text)))));
}

TEST(RandomId, is_new_each_time_and_safe_in_a_file_name) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = random_id("person_");
    EXPECT_EQ(id.size(), 7 + 26U);
    EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567_"), std::string::npos) << id;
    EXPECT_TRUE(seen.insert(id).second);
  }
}

/// Whether the mapping around `address` has the flag of /proc/self/smaps: "lo" locked, "dd" not dumped.
bool mapping_has(const void* address, const std::string& flag) {
  std::ifstream maps{"/proc/self/smaps"};
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    unsigned long from = 0;
    unsigned long to = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &from, &to) == 2) inside = from <= wanted && wanted < to;
    if (inside && line.starts_with("VmFlags:")) return (line + " ").find(" " + flag + " ") != std::string::npos;
  }
  return false;
}

TEST(SecretBytes, lie_in_pages_that_are_locked_and_left_out_of_core_dumps) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "AddressSanitizer takes mlock away; the release preset looks";
#endif
  const SecretBytes key = SecretBytes::random(key_size);
  if (!SecretBytes::all_locked()) GTEST_SKIP() << "the limit of locked memory (ulimit -l) is too low here";
  EXPECT_TRUE(mapping_has(key.bytes().data(), "lo"));
  EXPECT_TRUE(mapping_has(key.bytes().data(), "dd"));
}

TEST(SecretBytes, move_and_leave_nothing_behind) {
  SecretBytes a = SecretBytes::copy_of(bytes_of("secret"));
  const SecretBytes b = std::move(a);
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): that is the point
  EXPECT_EQ(text_of(b.bytes()), "secret");
}

class MasterKey : public testing::Test {
 protected:
  void SetUp() override { unsetenv("CREDENTIALS_DIRECTORY"); }
  void TearDown() override { unsetenv("CREDENTIALS_DIRECTORY"); }
  const test::TemporaryFolder folder_;
};

TEST_F(MasterKey, is_made_once_readable_by_its_owner_only_and_read_back) {
  const fs::path file = folder_ / "master.key";
  ASSERT_TRUE(create_master_key(file));
  struct stat status {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  const auto key = master_key({.file = file, .passphrase = {}, .salt = {}});
  ASSERT_TRUE(key) << key.error().message();
  EXPECT_TRUE(same(key->bytes(), master_key({.file = file, .passphrase = {}, .salt = {}}).value().bytes()));
  EXPECT_EQ(create_master_key(file).error().kind, ErrorKind::invalid_input);
}

TEST_F(MasterKey, is_there_as_a_whole_or_not_at_all_when_the_process_dies_while_it_is_made) {
  const fs::path file = folder_ / "master.key";
  const pid_t child = ::fork();
  if (child == 0) {
    // The kernel ends a process that writes more than it may: here, in the midst of the key.
    const rlimit ten_bytes{10, 10};
    if (::setrlimit(RLIMIT_FSIZE, &ten_bytes) != 0 || ::signal(SIGXFSZ, SIG_DFL) == SIG_ERR) ::_exit(2);
    (void)create_master_key(file);
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_FALSE(fs::exists(file)) << "half a key can never be used, and nobody would dare to remove it";
  ASSERT_TRUE(create_master_key(file));
  EXPECT_TRUE(master_key({.file = file, .passphrase = {}, .salt = {}}));
}

TEST_F(MasterKey, that_others_may_read_is_refused) {
  const fs::path file = folder_ / "master.key";
  ASSERT_TRUE(create_master_key(file));
  ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
  const auto key = master_key({.file = file, .passphrase = {}, .salt = {}});
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().kind, ErrorKind::denied);
  EXPECT_NE(key.error().message().find("chmod 600"), std::string::npos);
}

TEST_F(MasterKey, that_is_absent_or_damaged_is_said_so) {
  EXPECT_EQ(master_key({.file = folder_ / "none", .passphrase = {}, .salt = {}}).error().kind, ErrorKind::not_found);
  const fs::path file = folder_ / "short";
  std::ofstream{file} << "abcd\n";
  ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
  EXPECT_EQ(master_key({.file = file, .passphrase = {}, .salt = {}}).error().kind, ErrorKind::corrupt);
  std::ofstream{file} << std::string(64, 'x');
  EXPECT_EQ(master_key({.file = file, .passphrase = {}, .salt = {}}).error().kind, ErrorKind::corrupt);
  EXPECT_EQ(master_key({.file = folder_.path(), .passphrase = {}, .salt = {}}).error().kind, ErrorKind::corrupt);
}

TEST_F(MasterKey, of_systemd_comes_before_the_file) {
  std::ofstream{folder_ / "regard-master-key"} << std::string(64, '1') << '\n';
  setenv("CREDENTIALS_DIRECTORY", folder_.path().c_str(), 1);
  const auto key = master_key({.file = folder_ / "none", .passphrase = {}, .salt = {}});
  ASSERT_TRUE(key) << key.error().message();
  EXPECT_EQ(key->bytes()[0], 0x11);
}

}  // namespace
}  // namespace regard::crypto
