#include <fmt/core.h>

#include <filesystem>
#include <fstream>

#include "app/io/answers.h"
#include "app/io/data_command.h"
#include "app/io/held.h"
#include "app/people_commands.h"
#include "app/rights.h"

namespace regard::app {
namespace {

struct PersonOptions : DataCommand {
  std::string person;
  std::string name;
  std::string file;
};

Result<int> add(DataFolder& data, const PersonOptions& options) {
  const consent::Subject subject{{crypto::random_id("person_")}, options.name, data.clock().now()};
  auto entry = data.facts().add(command_line_actor(), subject);
  if (!entry) return pass_on(std::move(entry));
  if (options.json) {
    print_json({{"id", subject.id.value}, {"name", subject.name}, {"entry", entry->value}});
  } else {
    fmt::print("{} is {}\nnext: regard consent grant {} --purpose access\n", subject.name, subject.id.value,
               subject.id.value);
  }
  return 0;
}

Result<int> list(DataFolder& data, const PersonOptions& options) {
  auto subjects = data.database().subjects();
  if (!subjects) return pass_on(std::move(subjects));
  Json people = Json::array();
  for (const consent::Subject& subject : *subjects) {
    auto held = data.database().held(subject.id);
    if (!held) return pass_on(std::move(held));
    if (options.json) {
      people.push_back(person_json(subject, held->size()));
    } else {
      fmt::print("{:34} {:28} {} templates\n", subject.id.value, subject.name, held->size());
    }
  }
  if (options.json) print_json({{"people", people}});
  if (!options.json && subjects->empty()) fmt::print("nobody\n");
  return 0;
}

Result<int> show(DataFolder& data, const PersonOptions& options) {
  auto subject = data.database().find_subject(options.person);
  if (!subject) return pass_on(std::move(subject));
  auto held = everything_held(data, *subject);
  if (!held) return pass_on(std::move(held));
  if (options.json)
    print_json(to_json(*held));
  else
    fmt::print("{}", in_words(*held));
  return 0;
}

Result<int> export_person(DataFolder& data, const PersonOptions& options) {
  auto subject = data.database().find_subject(options.person);
  if (!subject) return pass_on(std::move(subject));
  auto entry = export_held(data, *subject, options.file);
  if (!entry) return pass_on(std::move(entry));
  if (options.json)
    print_json({{"folder", options.file}, {"entry", entry->value}});
  else
    fmt::print("everything held on {} is in {} (log entry {})\n", subject->name, options.file, entry->value);
  return 0;
}

Result<int> erase(DataFolder& data, const PersonOptions& options) {
  auto subject = data.database().find_subject(options.person);
  if (!subject) return pass_on(std::move(subject));
  auto erased = erase_person(data, command_line_actor(), subject->id);
  if (!erased) return pass_on(std::move(erased));
  const std::string& certificate = erased->certificate;
  if (!options.file.empty()) {
    if (auto written = write_durably(options.file, certificate + "\n", 0644); !written)
      return pass_on(std::move(written));
  }
  if (options.json)
    print_json(erased_json(subject->id, *erased));
  else
    fmt::print("{} is erased for good (log entry {})\ncertificate: {}\n", subject->name, erased->entry.value,
               options.file.empty() ? certificate : options.file);
  return 0;
}

}  // namespace

void add_person_command(CLI::App& app, int& exit_status) {
  CLI::App* command = app.add_subcommand("person", "People that Regard knows, what is held on them, and their erasure");
  command->require_subcommand(1);
  const auto one = [&](const char* name, const char* help, Result<int> (*body)(DataFolder&, const PersonOptions&)) {
    return add_data_command(*command, name, help, body, exit_status);
  };
  const auto whom = [](CLI::App* added, PersonOptions& options) {
    added->add_option("PERSON", options.person, "Id, or name when only one person has it")->required();
  };
  const auto [adding, added] = one("add", "Make a person known; nothing biometric is kept yet", add);
  adding->add_option("NAME", added->name, "Name, as people will read it")->required();
  one("list", "Everybody", list);
  const auto [showing, shown] = one("show", "Everything held on a person, in words", show);
  whom(showing, *shown);
  const auto [exporting, exported] =
      one("export", "Everything held on a person as a folder to hand over, with receipts and proofs", export_person);
  whom(exporting, *exported);
  exporting->add_option("FOLDER", exported->file, "New folder to write")->required();
  const auto [erasing, erased] = one("erase", "Erase a person for good; prints a signed certificate", erase);
  whom(erasing, *erased);
  erasing->add_option("--certificate", erased->file, "Write the certificate to this file");
}

}  // namespace regard::app
