// kill -9 at random moments while people are added, enrolled, withdrawn and erased: whatever was acknowledged is there,
// whoever was erased is gone from every file, and the log verifies. REGARD_FAULT_ROUNDS says how often (docs/numbers.md
// used 500).
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "installation.h"

namespace regard::tests {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr int default_rounds = 24;

class Fault : public WithDataFolder {
 protected:
  void SetUp() override {
    WithDataFolder::SetUp();
    if (IsSkipped()) return;
    ASSERT_EQ(run(program(), {"cast", "render", "portrait?seed=7&size=480x480", folder_ / "face.png"}).status, 0);
    ASSERT_EQ(run(program(), {"gallery", "create", "staff", "--purpose", "access", "--zone", "door"}).status, 0);
  }

  /// Runs the command and kills it somewhere between its start and half as long again as it lately took; what it
  /// printed when it was acknowledged, else nothing.
  std::optional<Json> killed_at_random(std::vector<std::string> arguments) {
    double& lately_ms = lately_ms_.try_emplace(arguments[0] + arguments[1].substr(0, 5), 1000).first->second;
    arguments.emplace_back("--json");
    const auto begin = std::chrono::steady_clock::now();
    const double moment_ms = std::uniform_real_distribution{0.0, 1.5 * lately_ms}(random_);
    Running running{program(), arguments};
    const auto passed_ms = [&] {
      return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    };
    while (!running.has_ended() && passed_ms() < moment_ms) ::poll(nullptr, 0, 1);
    // A machine that becomes slower must be given more time, or everything would be killed at the start.
    lately_ms = running.has_ended() ? 0.7 * lately_ms + 0.3 * passed_ms() : lately_ms * 1.1;
    running.signal(SIGKILL);
    const Finished finished = running.wait();
    // Acknowledged is what was printed, even if the kill came before the exit.
    const Json printed = Json::parse(finished.out, nullptr, false);
    printed.is_object() ? ++acknowledged_ : ++killed_;
    return printed.is_object() ? std::optional{printed} : std::nullopt;
  }

  void add(int round) {
    const std::string name = "Quokka" + std::to_string(round) + "Zz";
    const auto added = killed_at_random({"person", "add", name});
    if (!added) return;
    const std::string id = (*added)["id"];
    there_[id] = name;
    if (killed_at_random({"consent", "grant", id, "--purpose", "access", "--controller", "M"})) consented_.insert(id);
  }

  void enrol(const std::string& id) {
    const auto enrolled =
        killed_at_random({"enrol", id, folder_ / "face.png", "--gallery", "staff", "--accept-duplicate"});
    if (enrolled) enrolled_.insert(id);
  }

  void withdraw(const std::string& id) {
    const auto withdrawn = killed_at_random({"consent", "withdraw", id});
    enrolled_.erase(id);  // whether it came through or not, nothing is promised about the template any more
    if (withdrawn) consented_.erase(id), withdrawn_.insert(id);
  }

  void erase(const std::string& id) {
    const std::string name = there_[id];
    const auto erased = killed_at_random({"person", "erase", id});
    there_.erase(id);
    consented_.erase(id);
    enrolled_.erase(id);
    withdrawn_.erase(id);
    if (erased) gone_[id] = name;
  }

  void check() {
    const Finished log = run(program(), {"log", "verify"});
    ASSERT_EQ(log.status, 0) << log.err;
    const Finished listed = run(program(), {"person", "list", "--json"});
    ASSERT_EQ(listed.status, 0) << listed.err;
    std::map<std::string, int> templates;
    const Json people = Json::parse(listed.out);
    for (const Json& one : people["people"]) templates[one["id"]] = one["templates"];
    for (const auto& [id, name] : there_) ASSERT_TRUE(templates.contains(id)) << name << " was acknowledged";
    for (const std::string& id : enrolled_) ASSERT_GE(templates[id], 1) << there_[id] << " was enrolled";
    for (const std::string& id : withdrawn_) ASSERT_EQ(templates[id], 0) << there_[id] << " has withdrawn";
    for (const auto& [id, name] : gone_) {
      ASSERT_FALSE(templates.contains(id)) << name << " was erased";
      for (const auto& entry : fs::recursive_directory_iterator{folder_ / "data"}) {
        if (entry.is_regular_file()) {
          ASSERT_EQ(contents(entry.path()).find(name), std::string::npos) << entry.path() << " still has " << name;
        }
      }
    }
  }

  /// Somebody of `ids`, or nobody.
  template <typename Set>
  std::optional<std::string> one_of(const Set& ids) {
    if (ids.empty()) return std::nullopt;
    auto one = ids.begin();
    std::advance(one, std::uniform_int_distribution<std::size_t>{0, ids.size() - 1}(random_));
    if constexpr (requires { one->first; })
      return one->first;
    else
      return *one;
  }

  std::mt19937 random_;
  std::map<std::string, double> lately_ms_;  ///< how long each command takes on this machine, now
  int killed_ = 0;
  int acknowledged_ = 0;
  std::map<std::string, std::string> there_;
  std::map<std::string, std::string> gone_;
  std::set<std::string> consented_;
  std::set<std::string> enrolled_;
  std::set<std::string> withdrawn_;
};

TEST_F(Fault, nothing_acknowledged_is_lost_and_nobody_erased_comes_back_when_killed_at_random) {
  const char* wanted = std::getenv("REGARD_FAULT_ROUNDS");
  const int rounds = wanted != nullptr ? std::max(1, std::atoi(wanted)) : default_rounds;
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  random_.seed(seed);
  for (int round = 0; round < rounds; ++round) {
    const int dice = std::uniform_int_distribution{0, 9}(random_);
    const auto enrollable = one_of(consented_);
    const auto anybody = one_of(there_);
    if (dice < 3 || !anybody) {
      add(round);
    } else if (dice < 7 && enrollable) {
      enrol(*enrollable);
    } else if (dice < 8 && enrollable) {
      withdraw(*enrollable);
    } else {
      erase(*anybody);
    }
    if (round % 8 == 7 || round + 1 == rounds) {
      ASSERT_NO_FATAL_FAILURE(check()) << "after round " << round;
    }
  }
  // Otherwise nothing was tried.
  EXPECT_GT(killed_, rounds / 10);
  EXPECT_GT(acknowledged_, rounds / 10);
  std::printf("%d rounds, seed %u: %zu people there, %zu enrolled, %zu erased; %d commands killed, %d acknowledged\n",
              rounds, seed, there_.size(), enrolled_.size(), gone_.size(), killed_, acknowledged_);
}

}  // namespace
}  // namespace regard::tests
