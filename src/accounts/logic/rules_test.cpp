#include <gtest/gtest.h>

#include <vector>

#include "accounts/accounts.h"

namespace regard::accounts {
namespace {

using namespace std::chrono_literals;

/// Who may do what, said a second time as a table that people can read: V viewer, O operator, E enroller, A approver,
/// P privacy officer, M administrator, U auditor.
struct Line {
  Action action;
  std::string roles;
};
const std::vector<Line> table{
    {Action::keep_own_account, "VOEAPMU"},
    {Action::see_cameras, "VO---M-"},
    {Action::see_live, "VO-----"},
    {Action::see_events, "VO-----"},
    {Action::see_metrics, "-O---M-"},
    {Action::change_cameras, "-----M-"},
    {Action::manage_sinks, "-----M-"},
    {Action::see_people, "-OE-P--"},
    {Action::add_people, "--E----"},
    {Action::erase_people, "----P--"},
    {Action::grant_consent, "--E----"},
    {Action::withdraw_consent, "--E-P--"},
    {Action::see_galleries, "-OEAPM-"},
    {Action::change_galleries, "-----M-"},
    {Action::enrol, "--E----"},
    {Action::verify, "-OE----"},
    {Action::identify, "-O-----"},
    {Action::see_watchlists, "-O-AP--"},
    {Action::propose_watchlists, "-O-----"},
    {Action::approve_watchlists, "---A---"},
    {Action::close_watchlists, "-O-AP--"},
    {Action::judge_alerts, "-O-----"},
    {Action::reveal, "-O-----"},
    {Action::read_log, "---APMU"},
    {Action::manage_accounts, "-----M-"},
};

TEST(Roles, are_the_sets_of_actions_that_the_table_says) {
  ASSERT_EQ(table.size(), action_count) << "an action is missing in the table";
  for (const Line& line : table) {
    for (std::size_t role = 0; role < role_count; ++role)
      EXPECT_EQ(actions_of(static_cast<Role>(role)).contains(line.action), line.roles[role] != '-')
          << to_string(static_cast<Role>(role)) << " and " << to_string(line.action);
  }
}

TEST(Roles, the_auditor_reads_the_log_and_never_sees_pixels_or_people) {
  for (const Action action : {Action::see_live, Action::see_events, Action::see_people, Action::see_cameras})
    EXPECT_FALSE(actions_of(Role::auditor).contains(action)) << to_string(action);
}

TEST(Roles, several_join_and_none_may_nothing) {
  EXPECT_TRUE(actions_of(std::set<Role>{}).empty());
  const std::set<Action> both = actions_of({Role::auditor, Role::viewer});
  EXPECT_TRUE(both.contains(Action::read_log) && both.contains(Action::see_live));
}

TEST(Roles, names_are_read_back) {
  for (std::size_t i = 0; i < role_count; ++i)
    EXPECT_EQ(role_from(to_string(static_cast<Role>(i))), static_cast<Role>(i));
  for (std::size_t i = 0; i < action_count; ++i)
    EXPECT_EQ(action_from(to_string(static_cast<Action>(i))), static_cast<Action>(i));
  EXPECT_NE(role_from("king").error().remedy.find("privacy_officer"), std::string::npos);
}

TEST(Users, have_plain_names_and_long_passwords) {
  for (const char* name : {"ada", "ada.lovelace@example.org", "A-1_2"}) EXPECT_TRUE(check_user_name(name)) << name;
  for (const char* name : {"", "a", "ada lovelace", "ad\na", "<script>", "ädä"}) EXPECT_FALSE(check_user_name(name));
  EXPECT_FALSE(check_user_name(std::string(65, 'a')));
  EXPECT_TRUE(check_password("123456789012"));
  EXPECT_FALSE(check_password("12345678901"));
  EXPECT_FALSE(check_password(std::string(1025, 'a')));
}

TEST(Penalty, five_tries_are_free_and_then_it_doubles_up_to_a_quarter_of_an_hour) {
  EXPECT_EQ(penalty(0), 0s);
  EXPECT_EQ(penalty(4), 0s);
  EXPECT_EQ(penalty(5), 1s);
  EXPECT_EQ(penalty(6), 2s);
  EXPECT_EQ(penalty(9), 16s);
  EXPECT_EQ(penalty(15), 900s);
  EXPECT_EQ(penalty(~0ULL), 900s);
}

}  // namespace
}  // namespace regard::accounts
