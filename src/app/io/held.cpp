#include "app/io/held.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

namespace regard::app {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string purposes_of(const consent::Consent& consent, const char* between) {
  std::string text;
  for (const consent::Purpose purpose : consent.purposes) {
    if (!text.empty()) text += between;
    text += consent::to_string(purpose);
  }
  return text;
}

std::string day(Timestamp time) { return to_rfc3339(time).substr(0, 10); }

/// What an entry means to the person it is about.
std::string sentence(const LogLine& line) {
  const auto entry = nlohmann::json::parse(line.text, nullptr, false);
  if (!entry.is_object()) return {};
  std::string kind = entry.value("kind", "");
  for (char& letter : kind)
    if (letter == '_') letter = ' ';
  std::string text = fmt::format("  {}  entry {:<6} {}", entry.value("time", "").substr(0, 19), line.id.value, kind);
  for (const char* key : {"gallery", "zone", "camera", "refusal"}) {
    if (entry.contains(key) && entry[key].is_string())
      text += fmt::format(", {} {}", key, entry[key].get<std::string>());
  }
  return text + "\n";
}

/// Templates told apart by what a person would: in which gallery, when, by which network, whether the picture is kept.
std::map<std::string, int> template_lines(const Held& held) {
  std::map<std::string, int> lines;
  for (const gallery::SealedTemplate& one : held.templates) {
    ++lines[fmt::format("in gallery {}, made {} by {}; the picture {}", one.gallery.value, day(one.enrolled),
                        one.version.value, one.sealed_image.empty() ? "was not kept" : "is kept, encrypted")];
  }
  return lines;
}

Result<void> write(const fs::path& file, std::string_view text) {
  std::ofstream stream{file, std::ios::binary | std::ios::trunc};
  stream.write(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.flush())
    return fail(ErrorKind::unavailable, "writing " + file.string(), "the file cannot be written",
                "make room on the disk, or choose another folder");
  return {};
}

/// The pictures that were kept, unsealed under a permit for each gallery.
Result<void> write_images(DataFolder& data, const Held& held, const fs::path& folder) {
  std::set<consent::GalleryName> galleries;
  for (const gallery::SealedTemplate& one : held.templates) {
    if (!one.sealed_image.empty()) galleries.insert(one.gallery);
  }
  std::error_code ignored;
  if (!galleries.empty()) fs::create_directories(folder, ignored);
  for (const consent::GalleryName& gallery : galleries) {
    auto permit = data.gate().release({command_line_actor(), held.subject.id});
    if (!permit) return pass_on(std::move(permit));
    auto images = data.vault().images(std::move(*permit), gallery);
    if (!images) return pass_on(std::move(images));
    for (std::size_t i = 0; i < images->size(); ++i) {
      const crypto::BytesView bytes = std::as_const((*images)[i]).bytes();
      auto written = write(folder / fmt::format("{}-{}.jpg", gallery.value, i + 1),
                           {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
      if (!written) return written;
    }
  }
  return {};
}

}  // namespace

Result<Held> everything_held(DataFolder& data, const consent::Subject& subject) {
  Held held{.subject = subject, .consents = {}, .templates = {}, .entries = {}, .at = data.clock().now()};
  auto consents = data.database().consents(subject.id);
  if (!consents) return pass_on(std::move(consents));
  held.consents = std::move(*consents);
  auto templates = data.database().held(subject.id);
  if (!templates) return pass_on(std::move(templates));
  std::set<consent::GalleryName> galleries;
  for (const gallery::SealedTemplate& one : *templates) galleries.insert(one.gallery);
  for (const consent::GalleryName& gallery : galleries) {
    auto rows = data.database().rows(gallery, subject.id);  // sealed, but with the images, so that they can be told
    if (!rows) return pass_on(std::move(rows));
    std::ranges::move(*rows, std::back_inserter(held.templates));
  }
  auto head = data.log().head();
  if (!head) return pass_on(std::move(head));
  const std::string wanted = "\"" + subject.id.value + "\"";
  auto read = data.log().read(0, head->size, [&](consent::EntryId id, std::string_view text) {
    if (text.find(wanted) != std::string_view::npos) held.entries.push_back({id, std::string{text}});
  });
  if (!read) return pass_on(std::move(read));
  return held;
}

nlohmann::ordered_json to_json(const Held& held) {
  Json consents = Json::array();
  for (const consent::Consent& one : held.consents) {
    Json purposes = Json::array();
    for (const consent::Purpose purpose : one.purposes) purposes.push_back(consent::to_string(purpose));
    consents.push_back({{"id", one.id.value},
                        {"state", consent::to_string(consent::state_of(one, held.at))},
                        {"purposes", purposes},
                        {"legal_basis", consent::to_string(one.basis)},
                        {"controller", one.controller},
                        {"policy", one.policy_address},
                        {"method", one.method},
                        {"issued", to_rfc3339(one.issued)},
                        {"expires", to_rfc3339(one.expires)},
                        {"withdrawn", one.withdrawn ? Json(to_rfc3339(*one.withdrawn)) : Json(nullptr)},
                        {"receipt", one.receipt}});
  }
  Json templates = Json::array();
  for (const gallery::SealedTemplate& one : held.templates) {
    templates.push_back({{"gallery", one.gallery.value},
                         {"network", one.version.value},
                         {"enrolled", to_rfc3339(one.enrolled)},
                         {"entry", one.entry.value},
                         {"image_kept", !one.sealed_image.empty()}});
  }
  Json entries = Json::array();
  for (const LogLine& line : held.entries) entries.push_back(Json::parse(line.text));
  return {{"id", held.subject.id.value}, {"name", held.subject.name}, {"created", to_rfc3339(held.subject.created)},
          {"consents", consents},        {"templates", templates},    {"log_entries", entries}};
}

std::string in_words(const Held& held) {
  std::string text = fmt::format("{} is known here as {} since {}.\n\n", held.subject.name, held.subject.id.value,
                                 day(held.subject.created));
  if (held.consents.empty()) text += "There is no consent: nobody may compare this person with anything.\n";
  for (const consent::Consent& one : held.consents) {
    const consent::ConsentState state = consent::state_of(one, held.at);
    text += fmt::format("Consent {} is {}: for {}, given {} by {}, until {}, to {} (notice: {}).\n", one.id.value,
                        consent::to_string(state), purposes_of(one, " and "), day(one.issued), one.method,
                        day(one.expires), one.controller, one.policy_address);
    if (one.withdrawn) text += fmt::format("  It was withdrawn on {}.\n", day(*one.withdrawn));
  }
  text += held.templates.empty() ? "\nNo face template is held.\n"
                                 : fmt::format("\n{} face template{} held, encrypted under this person's own key:\n",
                                               held.templates.size(), held.templates.size() == 1 ? " is" : "s are");
  for (const auto& [line, count] : template_lines(held)) {
    text += fmt::format("  {}{}\n", line, count == 1 ? "" : fmt::format(" ({} of these)", count));
  }
  text += fmt::format("\nThe log speaks of this person {} times:\n", held.entries.size());
  for (const LogLine& line : held.entries) text += sentence(line);
  text += fmt::format("\nTo withdraw: regard consent withdraw {}\nTo be erased for good: regard person erase {}\n",
                      held.subject.id.value, held.subject.id.value);
  return text;
}

Result<consent::EntryId> export_held(DataFolder& data, const consent::Subject& subject, const std::string& folder) {
  const fs::path root{folder};
  if (fs::exists(root))
    return fail(ErrorKind::invalid_input, "exporting to " + folder, "it exists already", "name a new folder");
  auto entry = data.facts().note({.kind = consent::EntryKind::exported,
                                  .time = data.clock().now(),
                                  .actor = command_line_actor(),
                                  .subject = subject.id});
  if (!entry) return entry;
  auto held = everything_held(data, subject);
  if (!held) return pass_on(std::move(held));
  std::error_code failure;
  for (const char* part : {"receipts", "log"}) {
    fs::create_directories(root / part, failure);
    if (failure)
      return fail(ErrorKind::denied, "creating " + (root / part).string(), failure.message(), "choose another folder");
  }
  fs::permissions(root, fs::perms::owner_all, failure);
  if (auto written =
          write(root / "held.json", to_json(*held).dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
      !written)
    return pass_on(std::move(written));
  if (auto written = write(root / "READ-ME.txt", in_words(*held)); !written) return pass_on(std::move(written));
  for (const consent::Consent& one : held->consents) {
    if (auto written = write(root / "receipts" / (one.id.value + ".jws"), one.receipt + "\n"); !written)
      return pass_on(std::move(written));
  }
  if (auto written = write_images(data, *held, root / "images"); !written) return pass_on(std::move(written));
  for (const LogLine& line : held->entries) {
    auto proof = data.log().prove(line.id);
    if (!proof) return pass_on(std::move(proof));
    if (auto written = write(root / "log" / fmt::format("{}.json", line.id.value), *proof + "\n"); !written)
      return pass_on(std::move(written));
  }
  return entry;
}

}  // namespace regard::app
