// Plays the text scenarios of tests/scenarios/consent. The language is described in its README.md.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "consent/consent.h"
#include "consent_memory.h"

namespace regard::consent {
namespace {

namespace fs = std::filesystem;
using Words = std::smatch;

constexpr Timestamp day_zero{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
constexpr Duration day = std::chrono::hours{24};
const Actor clerk{"operator:clerk"};
const std::string digest(64, 'd');

Timestamp on_day(const std::string& text) { return day_zero + std::chrono::round<Duration>(day * std::stod(text)); }

std::vector<std::string> split(const std::string& list) {
  static const std::regex separator{R"(\s*,\s*)"};
  std::vector<std::string> parts{std::sregex_token_iterator{list.begin(), list.end(), separator, -1}, {}};
  if (list.empty()) parts.clear();
  return parts;
}

/// What all scenarios together have shown.
struct Coverage {
  std::set<std::string> refusals;
  std::set<std::string> permits;
};

Coverage& coverage() {
  static Coverage covered;
  return covered;
}

/// One scenario's world and the outcome of its last `when`.
class World {
 public:
  World() { add_steps(); }

  /// Returns what is wrong with the step, or nothing.
  std::string play(const std::string& line) {
    for (const auto& [pattern, step] : steps_) {
      if (Words words; std::regex_match(line, words, pattern)) {
        complaint_.clear();
        step(words);
        if (line.starts_with("given") && outcome_ != "done") complaint_ = "it is " + outcome_;
        return complaint_;
      }
    }
    return "no such step";
  }

 private:
  void add(const std::string& pattern, std::function<void(const Words&)> step) {
    steps_.emplace_back(std::regex{pattern}, std::move(step));
  }

  template <typename T>
  bool conclude(const Result<T>& result, const std::string& success = "done") {
    if (result) {
      outcome_ = success;
    } else if (result.error().kind == ErrorKind::denied) {
      // The reason is read from the log, so that a refusal without an entry is noticed.
      const Entry& last = ledger_.entries.back();
      outcome_ = last.kind == EntryKind::refused ? "refused " + std::string{to_string(*last.refusal)} : "not logged";
      coverage().refusals.insert(outcome_);
    } else {
      outcome_ = result.error().kind == ErrorKind::invalid_input ? "invalid" : "unavailable";
    }
    return result.has_value();
  }

  template <typename Permit>
  bool permit(const Result<Permit>& permit, const std::string& name) {
    if (permit) {
      coverage().permits.insert(name);
      EXPECT_EQ(permit->entry().value + 1, ledger_.entries.size());
      EXPECT_EQ(to_string(ledger_.entries.back().kind), name + "_permitted");
      EXPECT_TRUE(permit->is_live(clock_.elapsed()));
    }
    return conclude(permit, "permitted");
  }

  void expect(const std::string& actual, const std::string& expected) {
    if (actual != expected) complaint_ = "it is " + actual;
  }

  void add_steps() {
    add_people();
    add_lists();
    add_requests();
    add_changes();
    add_expectations();
    add("at (\\S+)", [this](const Words& words) { clock_.advance(on_day(words[1]) - clock_.now()); });
    add("given ledger fails", [this](const Words&) {
      ledger_.failing = true;
      outcome_ = "done";
    });
  }

  void add_people() {
    add("given zone (\\S+)(?: with (.+))?", [this](const Words& words) {
      Zone zone{{words[1]}, {}};
      for (const std::string& camera : split(words[2])) zone.cameras.insert({camera});
      conclude(register_.create(clerk, zone));
    });
    add("given gallery (\\S+) for (\\S+) in (.+) cap (\\d+)(?: of (\\S+))?", [this](const Words& words) {
      Gallery gallery{{words[1]}, *purpose_from(words[2].str()), {}, std::stoull(words[4]), {}, clock_.now()};
      for (const std::string& zone : split(words[3])) gallery.zones.insert({zone});
      if (words[5].matched) gallery.watchlist = WatchlistId{words[5]};
      conclude(register_.create(clerk, gallery));
    });
    add("given person (\\S+)", [this](const Words& words) {
      conclude(register_.add(clerk, Subject{{words[1]}, "Name of " + words[1].str(), clock_.now()}));
    });
    add("(?:given|when) consent (\\S+) of (\\S+) to (.+) from (\\S+) until (\\S+) kept (\\S+)",
        [this](const Words& words) {
          Consent consent = testing::valid_consent(words[1], {words[2]}, clock_.now());
          consent.purposes.clear();
          for (const std::string& purpose : split(words[3])) consent.purposes.insert(*purpose_from(purpose));
          consent.starts = on_day(words[4]);
          consent.expires = on_day(words[5]);
          consent.retention = on_day(words[6]) - day_zero;
          conclude(register_.grant(clerk, consent));
        });
  }

  void add_lists() {
    add("(?:given|when) watchlist (\\S+) by (\\S+) for (\\S+) in (.+) cap (\\d+) until (\\S+)",
        [this](const Words& words) {
          Watchlist list = testing::valid_watchlist(words[1], {words[3]}, {}, clock_.now());
          list.zones.clear();
          for (const std::string& zone : split(words[4])) list.zones.insert({zone});
          list.cap = std::stoull(words[5]);
          list.until = on_day(words[6]);
          conclude(register_.propose({words[2]}, list));
        });
    add("when (\\S+) approves (\\S+)",
        [this](const Words& words) { conclude(register_.approve({words[1]}, {words[2]})); });
    add("when (\\S+) renews (\\S+) until (\\S+)",
        [this](const Words& words) { conclude(register_.renew({words[1]}, {words[2]}, on_day(words[3]))); });
    add("when (\\S+) closes (\\S+)", [this](const Words& words) { conclude(register_.close({words[1]}, {words[2]})); });
    add("when alert of (\\S+) is (right|wrong)", [this](const Words& words) {
      const Verdict verdict = words[2] == "right" ? Verdict::right : Verdict::wrong;
      conclude(register_.judge_alert(clerk, {words[1]}, verdict));
    });
  }

  void add_requests() {
    add("when enrol (\\S+) into (\\S+)", [this](const Words& words) {
      if (permit(gate_.enrol({clerk, {words[1]}, {words[2]}}), "enrol"))
        records_.put_template({words[1]}, {words[2]}, clock_.now());
    });
    add("when verify (\\S+) in (\\S+)", [this](const Words& words) {
      if (permit(gate_.verify({clerk, {words[1]}, {words[2]}}), "verify"))
        records_.put_template({words[1]}, {words[2]}, clock_.now());
    });
    add("when identify in (\\S+) at (\\S+)(?: on (\\S+))?", [this](const Words& words) {
      IdentifyRequest request{clerk, {words[1]}, {words[2]}, {}};
      if (words[3].matched) request.camera = CameraName{words[3]};
      permit(gate_.identify(request), "identify");
    });
    add("when associate at (\\S+) on (\\S+) because (.+?)( without digest)?", [this](const Words& words) {
      permit(gate_.associate({clerk, {words[1]}, {words[2]}, words[3], words[4].matched ? "" : digest}), "associate");
    });
    add("when reveal (\\S+) because (.+?)( without digest)?", [this](const Words& words) {
      permit(gate_.reveal({clerk, {words[1]}, words[2], words[3].matched ? "" : digest}), "reveal");
    });
    add("when evaluate (\\d+) templates", [this](const Words& words) {
      permit(gate_.evaluate({clerk, digest, std::stoull(words[1])}), "evaluation");
    });
  }

  void add_changes() {
    add("when withdraw (\\S+)", [this](const Words& words) { conclude(register_.withdraw(clerk, {words[1]})); });
    add("when erase (\\S+)", [this](const Words& words) { conclude(register_.erase(clerk, {words[1]})); });
    add("when expire", [this](const Words&) {
      std::vector<SubjectId> everybody;
      for (const auto& [id, subject] : records_.subjects) everybody.push_back(id);
      conclude(register_.expire(everybody));
    });
  }

  void add_expectations() {
    add("then (permitted|done|invalid|unavailable|refused \\S+)",
        [this](const Words& words) { expect(outcome_, words[1]); });
    add("then log ends (\\S+)",
        [this](const Words& words) { expect(std::string{to_string(ledger_.entries.back().kind)}, words[1]); });
    add("then (\\S+) is (not )?in (\\S+)", [this](const Words& words) {
      const bool held = records_.is_enrolled({words[1]}, {words[3]}).value_or(false);
      expect(held ? "in" : "not in", words[2].matched ? "not in" : "in");
    });
    add("then (\\S+) is (\\S+)", [this](const Words& words) {
      const auto list = records_.watchlist({words[1]});
      expect(*list ? std::string{to_string(state_of(**list, clock_.now()))} : "unknown", words[2]);
    });
  }

  testing::ManualClock clock_{day_zero};
  testing::MemoryRecords records_;
  testing::MemoryLedger ledger_;
  Gate gate_{records_, ledger_, clock_};
  Register register_{records_, ledger_, clock_};
  std::vector<std::pair<std::regex, std::function<void(const Words&)>>> steps_;
  std::string outcome_;
  std::string complaint_;
};

std::string trimmed(const std::string& line) {
  const std::size_t from = line.find_first_not_of(" \t");
  return from == std::string::npos ? "" : line.substr(from, line.find_last_not_of(" \t\r") - from + 1);
}

/// Plays one file; returns how many scenarios it held.
int play_file(const fs::path& file) {
  std::ifstream stream{file};
  std::unique_ptr<World> world;
  std::string name;
  int scenarios = 0;
  int number = 0;
  for (std::string raw; std::getline(stream, raw);) {
    ++number;
    const std::string line = trimmed(raw);
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("scenario: ")) {
      world = std::make_unique<World>();
      name = line.substr(10);
      ++scenarios;
      continue;
    }
    const std::string complaint = world ? world->play(line) : "a step before the first scenario";
    EXPECT_EQ(complaint, "") << file.filename().string() << ':' << number << " \"" << name << "\": " << line;
  }
  return scenarios;
}

TEST(ConsentScenarios, play_as_written_and_cover_every_permit_and_refusal) {
  int scenarios = 0;
  for (const auto& entry : fs::directory_iterator{fs::path{REGARD_SOURCE_DIR} / "tests/scenarios/consent"}) {
    if (entry.path().extension() == ".scenario") scenarios += play_file(entry.path());
  }
  EXPECT_GE(scenarios, 30);
  for (std::size_t index = 0; index < refusals; ++index) {
    const std::string name{to_string(static_cast<Refusal>(index))};
    EXPECT_TRUE(coverage().refusals.contains("refused " + name)) << "no scenario is refused because of " << name;
  }
  EXPECT_EQ(coverage().permits,
            (std::set<std::string>{"enrol", "verify", "identify", "associate", "reveal", "evaluation"}));
}

}  // namespace
}  // namespace regard::consent
