#include "store/accounts.h"

#include <gtest/gtest.h>

#include "store/io/test_folder.h"

namespace regard::store {
namespace {

using accounts::Action;
using accounts::ApiKey;
using accounts::Role;
using accounts::User;

struct Accounts : ::testing::Test {
  testing::TestFolder folder;
  std::unique_ptr<Database> database = *Database::open(folder.file());
  std::unique_ptr<AccountRecords> records = *AccountRecords::open(folder.file());
  const User ada{"user_a", "ada", "$argon2id$", {Role::administrator, Role::viewer}, false, testing::day(1)};
};

TEST_F(Accounts, come_back_as_they_were_kept) {
  ASSERT_TRUE(records->put_user(ada));
  User changed = ada;
  changed.roles = {};
  changed.disabled = true;
  ASSERT_TRUE(records->put_user(changed)) << "the same id replaces";
  ASSERT_TRUE(records->put_user({"user_b", "bob", "x", {Role::auditor}, false, testing::day(2)}));
  const auto users = AccountRecords::open(folder.file()).value()->users();
  ASSERT_TRUE(users);
  ASSERT_EQ(users->size(), 2U);
  EXPECT_EQ((*users)[0].name, "ada");
  EXPECT_TRUE((*users)[0].roles.empty());
  EXPECT_TRUE((*users)[0].disabled);
  EXPECT_EQ((*users)[1].roles, std::set{Role::auditor});
  EXPECT_EQ((*users)[1].created, testing::day(2));
}

TEST_F(Accounts, second_factors_come_back_and_go) {
  User with = ada;
  with.second_factor = {{1, 2, 0, 3}, 1ULL << 40U, {"a", "b"}};
  ASSERT_TRUE(records->put_user(with));
  const auto kept = records->users();
  ASSERT_TRUE(kept && kept->front().second_factor);
  EXPECT_EQ(kept->front().second_factor->secret, with.second_factor->secret);
  EXPECT_EQ(kept->front().second_factor->last_step, 1ULL << 40U);
  EXPECT_EQ(kept->front().second_factor->recovery, with.second_factor->recovery);
  ASSERT_TRUE(records->put_user(ada));
  EXPECT_FALSE(records->users()->front().second_factor);
}

TEST_F(Accounts, passkeys_come_back_and_go_with_their_owner) {
  ASSERT_TRUE(records->put_user(ada));
  accounts::Passkey passkey{"id", "user_a",       "phone", {accounts::PasskeyAlgorithm::es256, {1, 0}, {2}},
                            7,    testing::day(1)};
  ASSERT_TRUE(records->put_passkey(passkey));
  passkey.counter = 4'000'000'000;
  ASSERT_TRUE(records->put_passkey(passkey));
  const auto kept = records->passkeys();
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->size(), 1U);
  EXPECT_EQ(kept->front().key, passkey.key);
  EXPECT_EQ(kept->front().counter, 4'000'000'000);
  EXPECT_EQ(kept->front().user, "user_a");
  ASSERT_TRUE(records->remove_user("user_a"));
  EXPECT_TRUE(records->passkeys()->empty());
}

TEST_F(Accounts, names_are_taken_once) {
  ASSERT_TRUE(records->put_user(ada));
  const auto refused = records->put_user({"user_b", "ada", "x", {}, false, testing::day(2)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid_input);
}

TEST_F(Accounts, keys_go_with_their_owner) {
  ASSERT_TRUE(records->put_user(ada));
  const ApiKey key{
      "key_1",         "display",       std::string(64, 'a'), "user_a", {Action::see_live, Action::see_events},
      testing::day(1), testing::day(30)};
  ASSERT_TRUE(records->put_api_key(key));
  const auto kept = records->api_keys();
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->size(), 1U);
  EXPECT_EQ(kept->front().scopes, key.scopes);
  EXPECT_EQ(kept->front().expires, testing::day(30));
  ASSERT_TRUE(records->remove_user("user_a"));
  EXPECT_TRUE(records->api_keys()->empty());
  EXPECT_TRUE(records->users()->empty());
}

}  // namespace
}  // namespace regard::store
