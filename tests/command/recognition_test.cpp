// Recognition from outside: consent, enrolment, comparison, withdrawal, erasure, and the log that tells of it.
// Everybody here comes from cast.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "installation.h"

namespace regard::tests {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

/// An installation of its own for each test, and pictures of people of one seed.
class Recognition : public WithDataFolder {
 protected:
  static Finished regard(const std::vector<std::string>& arguments) { return run(program(), arguments); }

  /// Runs it, expects success, returns what it printed as JSON.
  static Json json(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const Finished finished = regard(arguments);
    EXPECT_EQ(finished.status, 0) << arguments[0] << ": " << finished.err;
    return Json::parse(finished.out, nullptr, false);
  }

  /// A picture of person `number`, `at` seconds into the portrait.
  std::string picture(int number, double at = 0) {
    const std::string file = folder_ / ("person-" + std::to_string(number) + "-" + std::to_string(at) + ".png");
    if (fs::exists(file)) return file;
    const Finished drawn = regard({"cast", "render", "portrait?seed=7&size=640x640&first=" + std::to_string(number),
                                   file, "--at", std::to_string(at)});
    EXPECT_EQ(drawn.status, 0) << drawn.err;
    return file;
  }

  static std::string person(const std::string& name) { return json({"person", "add", name})["id"]; }

  static std::string consenting(const std::string& name) {
    const std::string id = person(name);
    json({"consent", "grant", id, "--purpose", "access", "--controller", "Museum", "--policy",
          "https://museum.example"});
    return id;
  }

  /// A gallery `staff` in zone `door` with person 1 in it.
  std::string enrolled(const std::string& name = "Ada", int number = 1) {
    const std::string id = consenting(name);
    if (json({"gallery", "list"})["galleries"].empty())
      json({"gallery", "create", "staff", "--purpose", "access", "--zone", "door"});
    json({"enrol", id, picture(number), picture(number, 0.3), "--gallery", "staff"});
    return id;
  }

  std::string log() { return contents(folder_ / "data/log.jsonl"); }
};

TEST_F(Recognition, a_consenting_person_is_verified_and_nobody_else_is) {
  const std::string id = enrolled();
  const Json same = json({"verify", id, picture(1, 1.0)});
  EXPECT_TRUE(same["match"].get<bool>());
  EXPECT_GT(same["score"], same["threshold"]);
  EXPECT_GE(same["entry"].get<int>(), 0);
  const Finished other = regard({"verify", id, picture(2)});
  EXPECT_EQ(other.status, 1) << other.out << other.err;
}

TEST_F(Recognition, the_name_works_as_well_as_the_id) {
  enrolled("Ada");
  EXPECT_EQ(regard({"verify", "Ada", picture(1, 1.0)}).status, 0);
  person("Ada");
  const Finished ambiguous = regard({"verify", "Ada", picture(1)});
  EXPECT_EQ(ambiguous.status, 2);
  EXPECT_THAT(ambiguous.err, HasSubstr("id"));
}

TEST_F(Recognition, identification_names_who_agreed_and_says_nothing_of_others) {
  const std::string id = enrolled();
  const Json found = json({"identify", picture(1, 1.0), "--gallery", "staff", "--zone", "door"});
  ASSERT_EQ(found["identities"].size(), 1U);
  EXPECT_EQ(found["identities"][0]["person"], id);
  EXPECT_EQ(found["identities"][0]["name"], "Ada");
  const Finished stranger = regard({"identify", picture(2), "--gallery", "staff", "--zone", "door", "--json"});
  EXPECT_EQ(stranger.status, 1) << stranger.err;
  EXPECT_EQ(Json::parse(stranger.out), Json::parse(R"({"identities":[]})"));
}

TEST_F(Recognition, without_consent_there_is_no_template_and_the_log_says_that_it_was_refused) {
  const std::string id = person("Eve");
  json({"gallery", "create", "staff", "--purpose", "access", "--zone", "door"});
  const Finished refused = regard({"enrol", id, picture(1), "--gallery", "staff"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("consent"));
  EXPECT_THAT(log(), HasSubstr(R"("refusal":"no_consent")"));
  EXPECT_EQ(json({"person", "list"})["people"][0]["templates"], 0);
}

/// A folder with the networks of `from`, but for the face template network that is preferred.
fs::path with_other_template_networks(const fs::path& from, const fs::path& folder) {
  fs::create_directories(folder);
  for (const auto& entry : fs::directory_iterator{fs::canonical(from)}) {
    if (entry.path().filename() != "face-reidentification-retail-0095")
      fs::create_directory_symlink(entry.path(), folder / entry.path().filename());
  }
  return folder;
}

TEST_F(Recognition, a_gallery_moves_to_other_networks_when_everybodys_pictures_were_kept) {
  const fs::path networks = std::getenv("REGARD_MODELS");
  if (!fs::exists(networks / "mobilefacenet") || !fs::exists(networks / "face-reidentification-retail-0095"))
    GTEST_SKIP() << "two face template networks are needed";
  const fs::path other = with_other_template_networks(networks, folder_ / "models");
  const std::string ada = consenting("Ada");
  const std::string ben = enrolled("Ben", 2);  // without --keep-images
  json({"enrol", ada, picture(1), picture(1, 0.3), "--gallery", "staff", "--keep-images"});
  EXPECT_FALSE(json({"gallery", "migrate", "staff"})["moved"].get<bool>()) << "the same networks";

  const std::vector<std::string> move{"gallery", "migrate", "staff", "--models", other};
  const Finished hindered = regard({"gallery", "migrate", "staff", "--models", other, "--json"});
  EXPECT_EQ(hindered.status, 2) << hindered.err;
  const Json said = Json::parse(hindered.out);
  ASSERT_EQ(said["hindrances"].size(), 1U) << said;
  EXPECT_EQ(said["hindrances"][0]["person"], ben);
  EXPECT_THAT(said["hindrances"][0]["remedy"].get<std::string>(), HasSubstr("enrol"));
  EXPECT_EQ(said["people"], 1);
  EXPECT_FALSE(said["moved"].get<bool>());
  EXPECT_EQ(regard({"verify", ada, picture(1, 1.0)}).status, 0) << "meanwhile it works as before";

  const Finished mixed = regard({"verify", ada, picture(1, 1.0), "--models", other});
  EXPECT_EQ(mixed.status, 2);
  EXPECT_THAT(mixed.err, HasSubstr("regard gallery migrate"));

  json({"consent", "withdraw", ben});
  const Json moved = json(move);
  EXPECT_TRUE(moved["moved"].get<bool>()) << moved;
  EXPECT_EQ(moved["people"], 0) << "Ada's templates were made before";
  EXPECT_EQ(moved["templates"], 2);
  EXPECT_THAT(moved["to"].get<std::string>(), HasSubstr("mobilefacenet@"));
  EXPECT_THAT(log(), HasSubstr(R"("kind":"gallery_migrated")"));
  EXPECT_EQ(regard({"verify", ada, picture(1, 1.0), "--models", other}).status, 0);
  EXPECT_EQ(regard({"verify", ada, picture(1, 1.0)}).status, 2) << "the old networks";
  EXPECT_EQ(regard({"log", "verify"}).status, 0);
}

TEST_F(Recognition, a_mistaken_identity_lowers_that_person_and_nobody_else) {
  const std::string ada = enrolled("Ada", 1);
  const std::string ben = enrolled("Ben", 2);
  const auto score = [&](const std::string& person, int number) {
    return json({"verify", person, picture(number, 1.0)})["score"].get<double>();
  };
  const double adas = score(ada, 1);
  const double bens = score(ben, 2);
  // Where Ben is not as likely, nothing is lowered.
  const Json pair = json({"gallery", "mistake", "staff", ada, "--was", ben});
  EXPECT_NEAR(pair["lowered"].get<double>(), .03, 1e-6);
  EXPECT_NEAR(score(ada, 1), adas, 1e-5);
  const Json noted = json({"gallery", "mistake", "staff", ada});
  EXPECT_NEAR(noted["lowered"].get<double>(), .03, 1e-6);
  EXPECT_NEAR(score(ada, 1), adas - .03, 1e-4);
  EXPECT_NEAR(score(ben, 2), bens, 1e-5);
  EXPECT_NEAR(json({"gallery", "mistake", "staff", ada})["lowered"].get<double>(), .06, 1e-6);
  EXPECT_THAT(log(), HasSubstr(R"("kind":"mistake_noted")"));

  // The same face under two names: there the pair counts.
  const std::string twin = consenting("Twin");
  json({"enrol", twin, picture(2), picture(2, 0.3), "--gallery", "staff", "--accept-duplicate"});
  json({"gallery", "mistake", "staff", ben, "--was", twin});
  EXPECT_NEAR(score(ben, 2), bens - .03, 1e-4);
  EXPECT_NEAR(score(twin, 2), bens, 1e-4);
  EXPECT_NEAR(score(ada, 1), adas - .06, 1e-4);

  const std::string eve = consenting("Eve");
  const Finished unknown = regard({"gallery", "mistake", "staff", eve});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.err, HasSubstr("not enrolled"));
}

TEST_F(Recognition, withdrawing_is_one_call_and_ends_recognition_at_once) {
  const std::string id = enrolled();
  json({"consent", "withdraw", id});
  const Finished after = regard({"verify", id, picture(1, 1.0)});
  EXPECT_EQ(after.status, 2);
  EXPECT_THAT(after.err, HasSubstr("withdr"));
  EXPECT_EQ(json({"person", "list"})["people"][0]["templates"], 0);
}

TEST_F(Recognition, a_consent_that_has_not_started_or_has_expired_is_refused) {
  const std::string early = person("Early");
  json({"gallery", "create", "staff", "--purpose", "access", "--zone", "door"});
  json({"consent", "grant", early, "--purpose", "access", "--from", "30d", "--until", "60d"});
  const Finished refused = regard({"enrol", early, picture(1), "--gallery", "staff"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(log(), HasSubstr(R"("refusal":"consent_not_started")"));
  const Finished late = regard({"consent", "grant", early, "--purpose", "access", "--until", "2020-01-01"});
  EXPECT_EQ(late.status, 2);
}

TEST_F(Recognition, erasing_leaves_nothing_but_the_pseudonym_in_the_log) {
  const std::string id = enrolled("Zebulon Quartermain");
  const Json erased = json({"person", "erase", id});
  EXPECT_GT(erased["certificate"].get<std::string>().size(), 100U);
  EXPECT_EQ(regard({"person", "show", id}).status, 2);
  EXPECT_EQ(regard({"identify", picture(1, 1.0), "--gallery", "staff", "--zone", "door"}).status, 2)
      << "an empty gallery is not searched";
  for (const auto& entry : fs::recursive_directory_iterator{folder_ / "data"}) {
    if (entry.is_regular_file()) {
      EXPECT_EQ(contents(entry.path()).find("Zebulon"), std::string::npos) << entry.path();
    }
  }
  EXPECT_THAT(log(), HasSubstr(id));
}

TEST_F(Recognition, a_person_can_read_what_is_held_and_take_it_along) {
  const std::string id = enrolled();
  const Finished shown = regard({"person", "show", id});
  EXPECT_EQ(shown.status, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("2 face templates are held"));
  EXPECT_THAT(shown.out, HasSubstr("Museum"));
  json({"person", "export", id, folder_ / "export"});
  EXPECT_TRUE(fs::exists(folder_ / "export/READ-ME.txt"));
  const Json held = Json::parse(contents(folder_ / "export/held.json"));
  EXPECT_EQ(held["id"], id);
  EXPECT_EQ(held["templates"].size(), 2U);
  EXPECT_GE(held["log_entries"].size(), 3U);
  EXPECT_FALSE(fs::is_empty(folder_ / "export/receipts"));
  EXPECT_FALSE(fs::is_empty(folder_ / "export/log"));
}

TEST_F(Recognition, every_step_is_an_entry_and_a_changed_entry_is_found) {
  const std::string id = enrolled();
  regard({"verify", id, picture(1, 1.0)});
  for (const char* kind : {"subject_added", "consent_granted", "gallery_created", "enrol_permitted", "enrolled",
                           "verify_permitted", "matched"})
    EXPECT_THAT(log(), HasSubstr("\"kind\":\"" + std::string{kind} + "\""));
  EXPECT_THAT(log(), Not(HasSubstr("Ada")));
  const Json whole = json({"log", "verify"});
  EXPECT_TRUE(whole["valid"].get<bool>());

  std::string changed = log();
  const std::size_t place = changed.find("\"kind\":\"matched\"");
  ASSERT_NE(place, std::string::npos);
  changed[place + 9] = 'p';
  std::ofstream{folder_ / "changed.jsonl", std::ios::binary} << changed;
  const Finished found = regard({"log", "verify", "--log", folder_ / "changed.jsonl"});
  EXPECT_EQ(found.status, 1);
  EXPECT_THAT(found.err, HasSubstr("entry"));
}

TEST_F(Recognition, an_old_head_shows_that_the_log_was_not_rewritten) {
  enrolled();
  std::ofstream{folder_ / "head.json"} << regard({"log", "head", "--json"}).out;
  person("Later");
  EXPECT_EQ(regard({"log", "verify", "--against", folder_ / "head.json"}).status, 0);
  setenv("REGARD_DATA", (folder_ / "another").c_str(), 1);
  enrolled();
  EXPECT_EQ(regard({"log", "verify", "--against", folder_ / "head.json"}).status, 1);
}

TEST_F(Recognition, a_proof_shows_that_the_log_extends_an_old_head_and_no_other) {
  person("First");
  const fs::path head = folder_ / "head.json";
  std::ofstream{head} << regard({"log", "head", "--json"}).out;
  person("Later");
  const Finished proof = regard({"log", "prove", "--against", head});
  ASSERT_EQ(proof.status, 0) << proof.err;
  EXPECT_EQ(Json::parse(proof.out)["old_head"], Json::parse(contents(head)));
  EXPECT_EQ(Json::parse(proof.out)["head"], json({"log", "head"}));
  EXPECT_FALSE(Json::parse(proof.out)["path"].empty());
  EXPECT_EQ(Json::parse(regard({"log", "prove", "0"}).out)["index"], 0);
  EXPECT_EQ(regard({"log", "prove"}).status, 2);
  EXPECT_NE(regard({"log", "prove", "0", "--against", head}).status, 0);
  setenv("REGARD_DATA", (folder_ / "another").c_str(), 1);
  person("Somebody");
  EXPECT_EQ(regard({"log", "prove", "--against", head}).status, 2);
}

TEST_F(Recognition, what_a_crash_left_of_an_entry_is_said_and_is_not_part_of_the_log) {
  person("First");
  const std::string last = log();
  const std::size_t entries = json({"log", "verify"})["entries"];
  EXPECT_EQ(json({"log", "verify"})["unfinished_bytes"], 0);
  std::ofstream{folder_ / "cut.jsonl", std::ios::binary} << last << "{\"actor\":\"cli" << std::string(100'000, '\0');
  const Finished cut = regard({"log", "verify", "--log", folder_ / "cut.jsonl"});
  EXPECT_EQ(cut.status, 0) << cut.err;
  EXPECT_THAT(cut.out, HasSubstr("100013 bytes that a crash cut short"));
  const Json said = Json::parse(regard({"log", "verify", "--log", folder_ / "cut.jsonl", "--json"}).out);
  EXPECT_EQ(said["entries"], entries);
  EXPECT_EQ(said["unfinished_bytes"], 100'013);
}

TEST_F(Recognition, a_head_nested_deeper_than_the_stack_is_high_is_refused) {
  person("First");
  std::ofstream{folder_ / "deep.json"} << "{\"root\":" << std::string(5'000'000, '[') << std::string(5'000'000, ']')
                                       << "}";
  const Finished deep = regard({"log", "verify", "--against", folder_ / "deep.json"});
  EXPECT_EQ(deep.status, 2) << deep.status;
  EXPECT_THAT(deep.err, HasSubstr("4 KiB"));
}

TEST_F(Recognition, poor_pictures_are_refused_with_advice) {
  const std::string id = consenting("Ada");
  const Finished far = run(program(), {"cast", "render", "portrait?seed=7&size=96x96", folder_ / "far.png"});
  ASSERT_EQ(far.status, 0);
  const Finished refused = regard({"enrol", id, folder_ / "far.png"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("far.png"));

  std::ofstream{folder_ / "text.jpg"} << "not a picture";
  EXPECT_THAT(regard({"enrol", id, folder_ / "text.jpg"}).err, HasSubstr("text.jpg"));
  EXPECT_EQ(regard({"enrol", id, folder_ / "text.jpg"}).status, 2);
  EXPECT_EQ(regard({"enrol", id, folder_ / "none.jpg"}).status, 2);

  ASSERT_EQ(regard({"cast", "render", "lobby?seed=7&people=5", folder_ / "empty.png"}).status, 0);
  const Finished many = regard({"enrol", id, folder_ / "empty.png"});
  EXPECT_EQ(many.status, 2);
  EXPECT_THAT(many.err, HasSubstr("face"));
}

TEST_F(Recognition, one_approver_cannot_make_a_watchlist) {
  std::ofstream{folder_ / "order.txt"} << "Order 12/2026 of the district court.";
  const Json proposed =
      json({"watchlist", "propose", "wanted", "--by", "alice", "--legal-basis", "legal_obligation", "--reason",
            "Order 12/2026 of the district court", "--document", folder_ / "order.txt", "--zone", "door"});
  const std::string list = proposed["id"];
  const std::string id = person("Suspect");
  EXPECT_EQ(regard({"enrol", id, picture(3), "--gallery", "wanted"}).status, 2) << "not approved yet";
  EXPECT_EQ(regard({"watchlist", "approve", list, "--by", "alice"}).status, 2) << "her own proposal";
  json({"watchlist", "approve", list, "--by", "bob"});
  EXPECT_EQ(regard({"watchlist", "approve", list, "--by", "bob"}).status, 2) << "twice the same";
  EXPECT_EQ(regard({"enrol", id, picture(3), "--gallery", "wanted"}).status, 2) << "one approval is not enough";
  EXPECT_EQ(json({"watchlist", "approve", list, "--by", "carol"})["state"], "active");
  json({"enrol", id, picture(3), "--gallery", "wanted"});
  const Json found = json({"identify", picture(3, 1.0), "--gallery", "wanted", "--zone", "door"});
  EXPECT_EQ(found["identities"].size(), 1U);
  EXPECT_EQ(regard({"identify", picture(3, 1.0), "--gallery", "wanted", "--zone", "elsewhere"}).status, 2);
  EXPECT_EQ(json({"watchlist", "close", list, "--by", "dora"})["state"], "closed");
  EXPECT_EQ(regard({"identify", picture(3, 1.0), "--gallery", "wanted", "--zone", "door"}).status, 2);
  EXPECT_GE(json({"watchlist", "show", list})["versions"].size(), 3U);
}

TEST_F(Recognition, watching_a_door_names_those_who_agreed_and_nobody_else) {
  enrolled("Ada", 1);
  json({"enrol", "Ada", "--camera", "cast:portrait?seed=7&first=1", "--gallery", "staff"});
  const Finished watched = regard({"watch", "cast:door?people=3&seed=7&seconds=25", "--name", "entrance", "--gallery",
                                   "staff", "--zone", "door", "--events", folder_ / "events.jsonl"});
  ASSERT_EQ(watched.status, 0) << watched.err;
  std::size_t named = 0;
  for (const std::string& line : lines(contents(folder_ / "events.jsonl"))) {
    const Json event = Json::parse(line);
    if (event["event"] != "identified") continue;
    EXPECT_EQ(event["name"], "Ada");
    EXPECT_EQ(event["camera"], "entrance");
    ++named;
  }
  EXPECT_GE(named, 1U);
  const Finished checked =
      run("/usr/bin/python3", {REGARD_SOURCE_DIR "/tests/command/check_events.py",
                               REGARD_SOURCE_DIR "/api/events.schema.json", folder_ / "events.jsonl"});
  EXPECT_EQ(checked.status, 0) << checked.out << checked.err;
}

TEST_F(Recognition, a_backup_restores_everybody_but_those_erased_since) {
  const std::string stays = enrolled("Ada", 1);
  const std::string goes = enrolled("Ben", 2);
  json({"backup", folder_ / "backup", "--with-master-key"});
  json({"person", "erase", goes});
  const std::string log_now = folder_ / "data/log.jsonl";
  setenv("REGARD_DATA", (folder_ / "restored").c_str(), 1);
  json({"restore", folder_ / "backup", "--log", log_now});
  EXPECT_EQ(regard({"verify", stays, picture(1, 1.0)}).status, 0);
  EXPECT_EQ(regard({"person", "show", goes}).status, 2);
  EXPECT_EQ(regard({"log", "verify"}).status, 0);
}

TEST_F(Recognition, the_wrong_master_key_opens_nothing_and_changes_nothing) {
  const std::string id = enrolled();
  const std::string before = log();
  const std::string key = folder_ / "data/keys/master.key";
  const std::string right = contents(key);
  std::ofstream{key, std::ios::trunc} << std::string(64, 'a') << '\n';
  const Finished refused = regard({"verify", id, picture(1, 1.0)});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("key"));
  EXPECT_EQ(log(), before);
  std::ofstream{key, std::ios::trunc} << right;
  EXPECT_EQ(regard({"verify", id, picture(1, 1.0)}).status, 0);
}

TEST_F(Recognition, a_passphrase_can_take_the_place_of_the_key_file) {
  std::ofstream{folder_ / "passphrase"} << "correct horse battery staple\n";
  setenv("REGARD_PASSPHRASE_FILE", (folder_ / "passphrase").c_str(), 1);
  const std::string id = person("Ada");
  EXPECT_FALSE(fs::exists(folder_ / "data/keys/master.key"));
  EXPECT_EQ(regard({"person", "show", id}).status, 0);
  std::ofstream{folder_ / "passphrase"} << "another\n";
  EXPECT_EQ(regard({"person", "show", id}).status, 2);
  unsetenv("REGARD_PASSPHRASE_FILE");
}

}  // namespace
}  // namespace regard::tests
