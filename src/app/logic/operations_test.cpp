#include "app/operations.h"

#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <string>

#include "files.h"

namespace regard::app {
namespace {

using accounts::Principal;
using accounts::Role;

/// Every operation and every role, said a second time: V viewer, O operator, E enroller, A approver, P privacy officer,
/// M administrator, U auditor; * whoever asks.
const std::map<std::string, std::string> table{
    {"page", "*"},
    {"pageStyle", "*"},
    {"pageScript", "*"},
    {"pageIcon", "*"},
    {"health", "*"},
    {"readiness", "*"},
    {"notice", "*"},
    {"setUp", "*"},
    {"logIn", "*"},
    {"openapi", "VOEAPMU"},
    {"whoAmI", "VOEAPMU"},
    {"logOut", "VOEAPMU"},
    {"changePassword", "VOEAPMU"},
    {"challengePasskey", "*"},
    {"logInWithPasskey", "*"},
    {"listPasskeys", "VOEAPMU"},
    {"offerPasskey", "VOEAPMU"},
    {"addPasskey", "VOEAPMU"},
    {"removePasskey", "VOEAPMU"},
    {"offerSecondFactor", "VOEAPMU"},
    {"enableSecondFactor", "VOEAPMU"},
    {"disableSecondFactor", "VOEAPMU"},
    {"metrics", "OM"},
    {"listCameras", "VOM"},
    {"addCamera", "M"},
    {"changeCamera", "M"},
    {"removeCamera", "M"},
    {"live", "VO"},
    {"events", "VO"},
    {"listSinks", "M"},
    {"deadLetters", "M"},
    {"replayDeadLetters", "M"},
    {"listPeople", "OEP"},
    {"addPerson", "E"},
    {"showPerson", "OEP"},
    {"erasePerson", "P"},
    {"grantConsent", "E"},
    {"withdrawConsent", "EP"},
    {"enrol", "E"},
    {"verify", "OE"},
    {"identify", "O"},
    {"listGalleries", "OEAPM"},
    {"createGallery", "M"},
    {"listWatchlists", "OAP"},
    {"proposeWatchlist", "O"},
    {"showWatchlist", "OAP"},
    {"approveWatchlist", "A"},
    {"renewWatchlist", "O"},
    {"closeWatchlist", "OAP"},
    {"judgeAlert", "O"},
    {"reveal", "O"},
    {"revealed", "O"},
    {"logHead", "APMU"},
    {"logEntries", "APMU"},
    {"logProof", "APMU"},
    {"listUsers", "M"},
    {"addUser", "M"},
    {"changeUser", "M"},
    {"removeUser", "M"},
    {"resetSecondFactor", "M"},
    {"forgetPasskeys", "M"},
    {"listKeys", "M"},
    {"makeKey", "M"},
    {"revokeKey", "M"},
};

TEST(Operations, each_is_open_to_exactly_the_roles_of_the_table) {
  constexpr std::string_view letters = "VOEAPMU";
  ASSERT_EQ(operations().size(), table.size());
  for (const Operation& operation : operations()) {
    const auto line = table.find(std::string{operation.id});
    ASSERT_NE(line, table.end()) << operation.id;
    const bool is_public = line->second == "*";
    EXPECT_EQ(may_use(operation, nullptr), is_public) << operation.id << " without login";
    for (std::size_t role = 0; role < accounts::role_count; ++role) {
      Principal who;
      who.actions = accounts::actions_of(static_cast<Role>(role));
      EXPECT_EQ(may_use(operation, &who), is_public || line->second.find(letters[role]) != std::string::npos)
          << operation.id << " by " << to_string(static_cast<Role>(role));
    }
    const Principal nothing;
    EXPECT_EQ(may_use(operation, &nothing), operation.access != Access::by_action) << operation.id;
  }
}

TEST(Operations, are_those_of_the_description) {
  const std::string text = test::contents(REGARD_SOURCE_DIR "/api/openapi.yaml");
  static const std::regex line{R"(\n  (/[^\n:]*):|\n    ([a-z]+):\n      operationId: (\w+))"};
  std::map<std::string, std::string> described;
  std::string path;
  for (auto match = std::sregex_iterator{text.begin(), text.end(), line}; match != std::sregex_iterator{}; ++match) {
    if ((*match)[1].matched) {
      path = (*match)[1];
    } else {
      std::string method = (*match)[2];
      for (char& c : method) c = static_cast<char>(c - 'a' + 'A');
      described[(*match)[3]] = method + " " + path;
    }
  }
  EXPECT_EQ(described.size(), operations().size());
  for (const Operation& operation : operations())
    EXPECT_EQ(described[std::string{operation.id}],
              std::string{to_string(operation.method)} + " " + std::string{operation.path});
}

TEST(Operations, names_and_places_are_taken_once) {
  std::set<std::string_view> ids;
  std::set<std::pair<serve::Method, std::string_view>> places;
  for (const Operation& operation : operations()) {
    EXPECT_TRUE(ids.insert(operation.id).second) << operation.id;
    EXPECT_TRUE(places.insert({operation.method, operation.path}).second) << operation.path;
  }
}

}  // namespace
}  // namespace regard::app
