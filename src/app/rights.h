// What people agree to and what they may demand, as the command and the server do it: one path for both.
#pragma once

#include <string>
#include <vector>

#include "app/data_folder.h"
#include "core/core.h"

namespace regard::app {

/// What somebody agreed to, as the operator says it. Value.
struct ConsentWishes {
  std::vector<std::string> purposes;
  std::string basis = "consent";
  std::string jurisdiction = "EU";
  std::string controller;  ///< empty: "the operator of this installation"
  std::string policy;      ///< the same
  std::string method = "paper";
  std::string from;  ///< empty: now
  std::string until = "365d";
  std::string retention = "365d";
};

/// A consent on record, with the entry that says so.
struct Granted {
  consent::Consent consent;
  consent::EntryId entry;
};

/// Signs the receipt and records the consent. Errors: invalid_input; those of Register::grant.
[[nodiscard]] Result<Granted> grant_consent(DataFolder& data, const consent::Actor& actor,
                                            const consent::SubjectId& subject, const ConsentWishes& wishes);

/// Proposes a watchlist, with its gallery and those of its zones that are new; it does nothing until two others
/// approve. Errors: those of Register.
[[nodiscard]] Result<consent::EntryId> propose_watchlist(DataFolder& data, const consent::Actor& actor,
                                                         const consent::Watchlist& list);

/// An erasure, with the certificate that names nobody: the pseudonym, the entry, and the tree that holds it.
struct Erased {
  consent::EntryId entry;
  std::string certificate;  ///< JWS, signed with the receipt key
};

/// Erases somebody for good. Errors: those of Register::erase.
[[nodiscard]] Result<Erased> erase_person(DataFolder& data, const consent::Actor& actor,
                                          const consent::SubjectId& subject);

}  // namespace regard::app
