#include "crypto/password.h"

#include <gtest/gtest.h>

namespace regard::crypto {
namespace {

TEST(Password, is_told_from_others_and_never_kept_twice_alike) {
  const auto hash = password_hash("correct horse battery");
  ASSERT_TRUE(hash);
  EXPECT_EQ(hash->rfind("$argon2id$v=19$m=65536,t=2,p=1$", 0), 0U) << *hash;
  EXPECT_TRUE(password_matches(*hash, "correct horse battery"));
  EXPECT_FALSE(password_matches(*hash, "correct horse batterz"));
  EXPECT_FALSE(password_matches(*hash, ""));
  EXPECT_NE(*hash, *password_hash("correct horse battery"));
}

TEST(Password, what_is_no_hash_matches_nothing) {
  for (const char* hash : {"", "$argon2id$", "correct horse battery"})
    EXPECT_FALSE(password_matches(hash, "correct horse battery"));
  EXPECT_FALSE(password_matches(std::string(10'000, '$'), "x"));
}

}  // namespace
}  // namespace regard::crypto
