// The ports of consent in memory, for tests of any stage: a clock that is moved by hand, records without a database, a
// ledger that can be made to fail. Confined to one thread, except the ledger and the records, which lock.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "consent/consent.h"

namespace regard::testing {

class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start) : now_{start} {}
  [[nodiscard]] Timestamp now() const override { return now_; }
  [[nodiscard]] Duration elapsed() const override { return elapsed_; }
  void advance(Duration by) {
    now_ += by;
    elapsed_ += by;
  }

 private:
  Timestamp now_;
  Duration elapsed_{};
};

/// Keeps entries in a vector. While `failing` is set, nothing is appended.
class MemoryLedger final : public consent::Ledger {
 public:
  [[nodiscard]] Result<consent::EntryId> append(const consent::Entry& entry) override {
    const std::scoped_lock lock{mutex_};
    if (failing) return fail(ErrorKind::unavailable, "appending an entry", "the disk is full", "free some space");
    entries.push_back(entry);
    return consent::EntryId{entries.size() - 1};
  }

  bool failing = false;
  std::vector<consent::Entry> entries;

 private:
  std::mutex mutex_;
};

/// Facts in maps, and who has templates where, as the vault would have stored them.
class MemoryRecords final : public consent::Records {
 public:
  [[nodiscard]] Result<std::optional<consent::Subject>> subject(const consent::SubjectId& id) override {
    return find(subjects, id);
  }
  [[nodiscard]] Result<std::vector<consent::Consent>> consents(const consent::SubjectId& id) override {
    const std::scoped_lock lock{mutex_};
    if (failing) return failure();
    std::vector<consent::Consent> found;
    for (const auto& [key, consent] : all_consents) {
      if (consent.subject == id) found.push_back(consent);
    }
    std::ranges::stable_sort(found, {}, &consent::Consent::issued);
    return found;
  }
  [[nodiscard]] Result<std::optional<consent::Consent>> consent(const consent::ConsentId& id) override {
    return find(all_consents, id);
  }
  [[nodiscard]] Result<std::optional<consent::Gallery>> gallery(const consent::GalleryName& name) override {
    return find(galleries, name);
  }
  [[nodiscard]] Result<std::optional<consent::Zone>> zone(const consent::ZoneName& name) override {
    return find(zones, name);
  }
  [[nodiscard]] Result<std::optional<consent::Watchlist>> watchlist(const consent::WatchlistId& id) override {
    return find(watchlists, id);
  }
  [[nodiscard]] Result<std::uint64_t> enrolled(const consent::GalleryName& name) override {
    const std::scoped_lock lock{mutex_};
    if (failing) return failure();
    return templates[name].size();
  }
  [[nodiscard]] Result<bool> is_enrolled(const consent::SubjectId& id, const consent::GalleryName& name) override {
    const std::scoped_lock lock{mutex_};
    if (failing) return failure();
    return templates[name].contains(id);
  }
  [[nodiscard]] Result<std::optional<Timestamp>> last_used(const consent::SubjectId& id,
                                                           consent::Purpose purpose) override {
    const std::scoped_lock lock{mutex_};
    if (failing) return failure();
    std::optional<Timestamp> last;
    for (const auto& [name, gallery] : galleries) {
      const auto used = templates[name].find(id);
      if (gallery.purpose == purpose && used != templates[name].end())
        last = std::max(last.value_or(used->second), used->second);
    }
    return last;
  }
  [[nodiscard]] Result<void> apply(const consent::Change& change) override {
    const std::scoped_lock lock{mutex_};
    if (failing) return failure();
    std::visit([this](const auto& each) { make(each); }, change);
    return {};
  }

  /// What the vault does with an EnrolPermit, and with a match.
  void put_template(const consent::SubjectId& id, const consent::GalleryName& name, Timestamp at) {
    const std::scoped_lock lock{mutex_};
    templates[name][id] = at;
  }

  bool failing = false;
  std::map<consent::SubjectId, consent::Subject> subjects;
  std::map<consent::ConsentId, consent::Consent> all_consents;
  std::map<consent::GalleryName, consent::Gallery> galleries;
  std::map<consent::ZoneName, consent::Zone> zones;
  std::map<consent::WatchlistId, consent::Watchlist> watchlists;
  std::vector<consent::Watchlist> watchlist_versions;
  std::set<consent::SubjectId> erasing;
  std::map<consent::GalleryName, std::map<consent::SubjectId, Timestamp>> templates;  ///< when last used

 private:
  static tl::unexpected<Error> failure() {
    return fail(ErrorKind::unavailable, "reading the records", "the database is busy", "try again");
  }
  template <typename Key, typename Value>
  Result<std::optional<Value>> find(const std::map<Key, Value>& map, const Key& key) {
    const std::scoped_lock lock{mutex_};
    if (failing) return failure();
    const auto found = map.find(key);
    return found == map.end() ? std::optional<Value>{} : std::optional<Value>{found->second};
  }
  void forget(const consent::SubjectId& id, const std::vector<consent::Purpose>& purposes) {
    for (auto& [name, rows] : templates) {
      if (std::ranges::find(purposes, galleries[name].purpose) != purposes.end()) rows.erase(id);
    }
  }

  void make(const consent::AddSubject& change) { subjects[change.subject.id] = change.subject; }
  void make(const consent::AddConsent& change) { all_consents[change.consent.id] = change.consent; }
  void make(const consent::WithdrawConsent& change) {
    all_consents[change.consent].withdrawn = change.at;
    forget(change.subject, change.uncovered);
  }
  void make(const consent::IntendErasure& change) { erasing.insert(change.subject); }
  void make(const consent::EraseSubject& change) {
    erasing.erase(change.subject);
    subjects.erase(change.subject);
    std::erase_if(all_consents, [&](const auto& each) { return each.second.subject == change.subject; });
    for (auto& [name, rows] : templates) rows.erase(change.subject);
  }
  void make(const consent::AddGallery& change) { galleries[change.gallery.name] = change.gallery; }
  void make(const consent::PutZone& change) { zones[change.zone.name] = change.zone; }
  void make(const consent::PutWatchlist& change) {
    watchlists[change.watchlist.id] = change.watchlist;
    watchlist_versions.push_back(change.watchlist);
    if (change.watchlist.closed) templates[change.watchlist.gallery].clear();
  }
  void make(const consent::CountCompared& change) { watchlists[change.watchlist].compared += change.count; }
  void make(const consent::EraseTemplates& change) {
    if (change.expired) all_consents[*change.expired].purged = change.at;
    forget(change.subject, change.purposes);
  }

  std::mutex mutex_;
};

/// A consent that passes every rule: access and authentication, for a year from `now`.
inline consent::Consent valid_consent(std::string id, consent::SubjectId subject, Timestamp now) {
  consent::Consent consent;
  consent.id = {std::move(id)};
  consent.subject = std::move(subject);
  consent.purposes = {consent::Purpose::access, consent::Purpose::authentication};
  consent.jurisdiction = "DE";
  consent.controller = "Example GmbH";
  consent.policy_address = "https://example.org/privacy";
  consent.method = "paper";
  consent.issued = now;
  consent.starts = now;
  consent.expires = now + std::chrono::hours{24 * 365};
  consent.retention = std::chrono::hours{24 * 90};
  consent.receipt = "header.payload.signature";
  return consent;
}

/// A watchlist that passes every rule, in `zone`, for thirty days from `now`.
inline consent::Watchlist valid_watchlist(std::string id, consent::GalleryName gallery, consent::ZoneName zone,
                                          Timestamp now) {
  consent::Watchlist watchlist;
  watchlist.id = {std::move(id)};
  watchlist.gallery = std::move(gallery);
  watchlist.reason = "Court order 12/345 of the district court, stadium ban";
  watchlist.document_digest = std::string(64, 'a');
  watchlist.until = now + std::chrono::hours{24 * 30};
  watchlist.zones = {std::move(zone)};
  return watchlist;
}

}  // namespace regard::testing
