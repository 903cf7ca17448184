#include "app/sinks.h"

#include <algorithm>

#include "crypto/crypto.h"

namespace regard::app {
namespace {

namespace fs = std::filesystem;

Result<void> check_sink(const fs::path& journal, const std::string& sink, const std::string& doing) {
  auto known = sinks::sinks_in(journal);
  if (!known) return pass_on(std::move(known));
  if (std::ranges::find(*known, sink, &sinks::SinkFiles::name) != known->end()) return {};
  std::string names;
  for (const sinks::SinkFiles& one : *known) names += (names.empty() ? "" : ", ") + one.name;
  return fail(ErrorKind::not_found, doing, "the journal knows no sink of that name",
              names.empty() ? "it knows none" : "it knows " + names);
}

}  // namespace

Result<std::vector<sinks::DeadLetter>> letters_of(const fs::path& journal, const std::string& sink) {
  if (auto known = check_sink(journal, sink, "listing the dead letters of " + sink); !known)
    return pass_on(std::move(known));
  return sinks::DeadLetters{journal, sink}.list();
}

Result<std::size_t> ask_again(DataFolder& data, const consent::Actor& actor, const fs::path& journal,
                              const std::string& sink, const WantedLetters& wanted) {
  const std::string doing = "replaying dead letters of " + sink;
  if (auto known = check_sink(journal, sink, doing); !known) return pass_on(std::move(known));
  if (wanted.numbers.empty() != wanted.all)
    return fail(ErrorKind::invalid_input, doing, "it is not clear which", "name their numbers, or say all");
  const sinks::DeadLetters letters{journal, sink};
  auto present = letters.list();
  if (!present) return pass_on(std::move(present));
  const auto is_wanted = [&](const sinks::DeadLetter& one) {
    return wanted.all || std::ranges::find(wanted.numbers, one.number) != wanted.numbers.end();
  };
  const auto count = static_cast<std::uint64_t>(std::ranges::count_if(*present, is_wanted));
  if (count == 0) return fail(ErrorKind::not_found, doing, "there is none of these", "look at the list of them");
  // Events go to somebody outside because a person asked for it: on record before it happens.
  auto noted = data.facts().note({.kind = consent::EntryKind::exported,
                                  .time = data.clock().now(),
                                  .actor = actor,
                                  .digest = crypto::to_hex(crypto::sha256(crypto::bytes_of("replayDeadLetters"))),
                                  .count = count});
  if (!noted) return pass_on(std::move(noted));
  return letters.ask_again(wanted.numbers);
}

}  // namespace regard::app
