// Everything that is held on one person, gathered for that person to read.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/data_folder.h"
#include "core/core.h"

namespace regard::app {

struct LogLine {
  consent::EntryId id;
  std::string text;  ///< canonical JSON
};

struct Held {
  consent::Subject subject;
  std::vector<consent::Consent> consents;
  std::vector<gallery::SealedTemplate> templates;
  std::vector<LogLine> entries;  ///< of the log, that speak of this person
  Timestamp at;
};

/// Errors: those of database and log.
[[nodiscard]] Result<Held> everything_held(DataFolder& data, const consent::Subject& subject);
[[nodiscard]] nlohmann::ordered_json to_json(const Held& held);
/// Plain sentences.
[[nodiscard]] std::string in_words(const Held& held);

/// Writes `folder`: held.json, READ-ME.txt, receipts/*.jws, images/*.jpg, log/*.json (entries with proofs). The export
/// is an entry of the log, written before any file. Errors: invalid_input (the folder exists), unavailable (disk).
[[nodiscard]] Result<consent::EntryId> export_held(DataFolder& data, const consent::Subject& subject,
                                                   const std::string& folder);

}  // namespace regard::app
