#include "gallery/io/loaded_gallery.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <string>
#include <utility>

namespace regard::gallery {
namespace {

/// How often a gallery is read again because another process gave it a new secret meanwhile.
constexpr int attempts = 5;
/// Different subjects that a search looks for: the best, those near it, and those that they are confused with. When
/// more than so many are within the margin of the best, nobody is named anyway.
constexpr std::size_t subjects_wanted = 8;

bool nothing(const RowChanges& changes) { return changes.put.empty() && changes.removed.empty(); }

}  // namespace

LoadedGallery::LoadedGallery(Rows& rows, const Keys& keys, consent::GalleryName name, std::size_t most_floats)
    : rows_{rows}, keys_{keys}, name_{std::move(name)}, most_floats_{most_floats} {}

Result<void> LoadedGallery::follow() {
  for (int attempt = 1;; ++attempt) {
    auto secret = rows_.secret(name_);
    if (!secret) return pass_on(std::move(secret));
    if (!*secret) {
      return fail(ErrorKind::not_found, "opening gallery " + name_.value, "there is none of that name",
                  "create it with `regard gallery create`");
    }
    std::optional<std::uint64_t> revision;
    {
      const std::shared_lock lock{mutex_};
      if (**secret == secret_) revision = revision_;
    }
    if (revision) {
      auto changes = rows_.changes(name_, *revision);
      if (!changes) return pass_on(std::move(changes));
      if (nothing(*changes)) {
        // Something of other galleries changed, perhaps: what was looked through is not looked through again. Another
        // thread may have gone further meanwhile, or begun anew with another secret.
        const std::shared_lock lock{mutex_};
        if (**secret == secret_) revision_.compare_exchange_strong(*revision, changes->revision);
        return {};
      }
    }
    const std::unique_lock lock{mutex_};
    auto done = catch_up(**secret);
    // Rows that do not open or fit may be of a secret that is newer than the one read above.
    if (done || attempt == attempts) return done;
    const auto newer = rows_.secret(name_);
    if (newer && *newer && (*newer)->sealed_seed == secret_.sealed_seed) return done;
  }
}

Result<void> LoadedGallery::catch_up(const GallerySecret& secret) {
  if (!seed_ || secret.sealed_seed != secret_.sealed_seed || secret.version != secret_.version) {
    auto seed = keys_.seed(name_, secret.sealed_seed);
    if (!seed) return pass_on(std::move(seed));
    seed_ = std::move(*seed);
    rotation_.reset();
    index_.reset();
    subjects_ = {};
    revision_ = 0;
  }
  secret_ = secret;
  auto changes = rows_.changes(name_, revision_);
  if (!changes) return pass_on(std::move(changes));
  for (const std::uint64_t row : changes->removed) drop(row);
  RowSecrets secrets;
  for (const SearchableRow& row : changes->put) {
    if (auto done = take(row, secrets); !done) return done;
  }
  revision_ = changes->revision;
  return {};
}

Result<void> LoadedGallery::take(const SearchableRow& row, RowSecrets& secrets) {
  const SealedTemplate& sealed = row.sealed;
  if (sealed.version != secret_.version) {
    return fail(
        ErrorKind::invalid_input, "reading row " + std::to_string(sealed.row) + " of gallery " + name_.value,
        "its template is of version " + sealed.version.value + ", the gallery's are of " + secret_.version.value,
        "run `regard gallery migrate`");
  }
  if (auto done = keys_.unwrap_into(sealed.subject, row.wrapped_key, secrets.key); !done) return done;
  if (auto done = open_template_into(secrets.key, sealed, secret_.sealed_seed, secrets.values); !done) return done;
  const std::span<const float> values = floats_of(std::as_const(secrets.values));
  if (values.empty() || values.size() > most_values || (index_ && values.size() != index_->dimension())) {
    return fail(ErrorKind::corrupt, "reading row " + std::to_string(sealed.row) + " of gallery " + name_.value,
                "its template has " + std::to_string(values.size()) + " values", "erase it and enrol again");
  }
  ensure_rotation(values.size());
  if (!index_) index_.emplace(values.size(), most_floats_);
  drop(sealed.row);
  const SubjectNumber subject = subjects_.add_row(sealed.subject);
  subjects_.set_offset(subject, std::max(0.0F, row.offset));
  index_->put({sealed.row, row.from, row.until, subject}, values);
  return {};
}

void LoadedGallery::drop(std::uint64_t row) {
  if (!index_) return;
  if (const auto subject = index_->erase(row)) subjects_.remove_row(*subject);
}

void LoadedGallery::ensure_rotation(std::size_t dimension) {
  if (!rotation_) rotation_.emplace(*seed_, dimension);
}

Result<void> LoadedGallery::check_version(const embed::TemplateVersion& version, std::size_t dimension) const {
  if (version == secret_.version && (!rotation_ || rotation_->dimension() == dimension)) return {};
  return fail(ErrorKind::invalid_input, "comparing with gallery " + name_.value,
              "the template is of version " + version.value + ", the gallery's are of " + secret_.version.value,
              "use the networks that it was enrolled with, or run `regard gallery migrate`");
}

QueryPool::Lease LoadedGallery::turned(const Probe& probe) {
  QueryPool::Lease query = queries_.take(probe.unit.size());
  rotation_->apply(probe.unit, query->unit());
  query->prepare();
  return query;
}

float LoadedGallery::threshold(const Thresholds& thresholds, std::uint64_t size) const {
  const float one = threshold_for(secret_.version, thresholds.fmr, 1);
  const float set = secret_.threshold > 0 ? secret_.threshold : thresholds.verify > 0 ? thresholds.verify : one;
  // A site's own threshold is for one comparison; a larger search raises it by as much as it raises the default.
  return std::min(set + threshold_for(secret_.version, thresholds.fmr, size) - one, .999F);
}

Result<std::vector<ConfusedPair>> LoadedGallery::confused() const {
  auto stored = rows_.confusions(name_);
  if (!stored) return pass_on(std::move(stored));
  std::vector<ConfusedPair> pairs;
  for (const Confusion& confusion : *stored) {
    const auto claimed = subjects_.find(confusion.claimed);
    const auto truly = subjects_.find(confusion.truly);
    if (claimed && truly) pairs.push_back({*claimed, *truly, std::max(0.0F, confusion.offset)});
  }
  return pairs;
}

/// Called while the lock is held by the search: beyond the table of subjects it touches nothing but the store.
Result<std::optional<crypto::SecretBytes>> LoadedGallery::read(const IndexedRow& wanted) const {
  const consent::SubjectId& subject = subjects_.id(wanted.subject);
  auto row = rows_.row(name_, wanted.row);
  if (!row) return pass_on(std::move(row));
  if (!*row || (*row)->subject != subject) return std::nullopt;
  auto wrapped = rows_.wrapped_key(subject);
  if (!wrapped) return pass_on(std::move(wrapped));
  if (!*wrapped) return std::nullopt;
  auto key = keys_.unwrap(subject, **wrapped);
  if (!key) return pass_on(std::move(key));
  auto turned = open_template(*key, **row, secret_.sealed_seed);
  if (!turned) return pass_on(std::move(turned));
  return std::move(*turned);
}

ExactVectors LoadedGallery::exact(std::optional<Error>& failure) const {
  return [this, &failure](const IndexedRow& wanted) -> std::optional<crypto::SecretBytes> {
    auto turned = read(wanted);
    if (turned) return std::move(*turned);
    if (!failure) failure = std::move(turned).error();
    return std::nullopt;
  };
}

Result<std::vector<Hit>> LoadedGallery::search(const Probe& probe, const SearchLimits& limits) {
  std::optional<Error> failure;
  std::vector<Hit> hits = index_->search(*turned(probe), limits, exact(failure));
  if (failure) return tl::unexpected<Error>{std::move(*failure)};
  return hits;
}

std::vector<Scored> LoadedGallery::scored(std::span<const Hit> hits) const {
  std::vector<Scored> all;
  for (const Hit& hit : hits) all.push_back({hit.subject, hit.score, subjects_.offset(hit.subject)});
  return all;
}

Result<std::optional<Match>> LoadedGallery::identify(const Probe& probe, const Deciding& deciding) {
  const std::shared_lock lock{mutex_};
  if (!index_ || index_->size() == 0) return std::nullopt;
  if (auto good = check_version(probe.version, probe.unit.size()); !good) return pass_on(std::move(good));
  auto pairs = confused();
  if (!pairs) return pass_on(std::move(pairs));
  const float least = threshold(deciding.thresholds, index_->size());
  const float floor = floor_of(least, deciding.thresholds.margin, *pairs);
  const SearchLimits limits{
      .subjects = subjects_wanted, .floor = floor, .now = deciding.now, .without = {}, .threads = deciding.threads};
  auto hits = search(probe, limits);
  if (!hits) return pass_on(std::move(hits));
  const auto chosen = choose(scored(*hits), *pairs, {least, deciding.thresholds.margin, floor});
  if (!chosen) return std::nullopt;
  return Match{subjects_.id(chosen->subject), chosen->score, chosen->margin, least};
}

Result<std::optional<Match>> LoadedGallery::verify(const Probe& probe, const consent::SubjectId& claimed,
                                                   const Deciding& deciding) {
  const std::shared_lock lock{mutex_};
  const auto number = subjects_.find(claimed);
  if (!index_ || !number) return std::nullopt;
  if (auto good = check_version(probe.version, probe.unit.size()); !good) return pass_on(std::move(good));
  auto pairs = confused();
  if (!pairs) return pass_on(std::move(pairs));
  const QueryPool::Lease query = turned(probe);
  std::optional<Error> failure;
  std::vector<Hit> hits;
  const auto look_at = [&](SubjectNumber subject) {
    if (const auto hit = index_->compare(*query, subject, deciding.now, exact(failure))) hits.push_back(*hit);
  };
  look_at(*number);
  for (const ConfusedPair& pair : *pairs) {
    if (!hits.empty() && pair.claimed == *number) look_at(pair.truly);
  }
  if (failure) return tl::unexpected<Error>{std::move(*failure)};
  if (hits.empty()) return std::nullopt;
  const std::vector<Scored> all = scored(hits);
  const float score = adjusted(all.front(), all, *pairs);
  const float least = threshold(deciding.thresholds, 1);
  if (!(score >= least)) return std::nullopt;
  return Match{claimed, score, score - least, least};
}

Result<std::optional<consent::SubjectId>> LoadedGallery::duplicate(const Probe& probe,
                                                                   const consent::SubjectId& subject,
                                                                   const Deciding& deciding) {
  const std::shared_lock lock{mutex_};
  if (!index_ || index_->size() == 0) return std::nullopt;
  // Another thread may have taken over a migrated gallery since `settle`.
  if (auto good = check_version(probe.version, probe.unit.size()); !good) return pass_on(std::move(good));
  auto pairs = confused();
  if (!pairs) return pass_on(std::move(pairs));
  const float least = threshold(deciding.thresholds, index_->size());
  const SearchLimits limits{.subjects = subjects_wanted,
                            .floor = floor_of(least, 0, *pairs),
                            .now = deciding.now,
                            .without = subjects_.find(subject),
                            .threads = deciding.threads};
  auto hits = search(probe, limits);
  if (!hits) return pass_on(std::move(hits));
  const auto chosen = choose(scored(*hits), *pairs, {.threshold = least, .margin = -2, .floor = -1});
  if (!chosen) return std::nullopt;
  return subjects_.id(chosen->subject);
}

Result<void> LoadedGallery::settle(const embed::TemplateVersion& version, std::size_t dimension) {
  const std::unique_lock lock{mutex_};
  if (secret_.version.value.empty()) {
    GallerySecret settled = secret_;
    settled.version = version;
    if (auto stored = rows_.change_secret(name_, secret_, settled); !stored) return stored;
    secret_ = std::move(settled);
  }
  if (auto good = check_version(version, dimension); !good) return good;
  ensure_rotation(dimension);
  return {};
}

Result<crypto::Bytes> LoadedGallery::protect(std::span<const Probe> probes, const crypto::SecretBytes& subject_key,
                                             std::span<SealedTemplate> rows) {
  CHECK(probes.size() == rows.size());
  // Another thread may have taken over a new secret since `settle`, which leaves a gallery without rows no rotation.
  const std::unique_lock lock{mutex_};
  for (std::size_t i = 0; i < probes.size(); ++i) {
    const std::span<const float> unit = probes[i].unit;
    if (auto good = check_version(probes[i].version, unit.size()); !good) return pass_on(std::move(good));
    ensure_rotation(unit.size());
    turn_and_seal(*rotation_, unit, subject_key, secret_.sealed_seed, rows[i]);
  }
  return secret_.sealed_seed;
}

Result<Renewed> LoadedGallery::turned_anew() {
  const std::shared_lock lock{mutex_};
  const crypto::SecretBytes seed = crypto::SecretBytes::random(seed_size);
  Renewed renewed{secret_, secret_, {}};
  renewed.secret.sealed_seed = keys_.seal_seed(name_, seed);
  auto all = rows_.changes(name_, 0);
  if (!all) return pass_on(std::move(all));
  if (!rotation_) return renewed;  // no row yet
  const Rotation fresh{seed, rotation_->dimension()};
  crypto::SecretBytes plain{fresh.dimension() * sizeof(float)};
  crypto::SecretBytes key{crypto::key_size};
  crypto::SecretBytes before;
  for (SearchableRow& row : all->put) {
    if (auto done = keys_.unwrap_into(row.sealed.subject, row.wrapped_key, key); !done) return pass_on(std::move(done));
    if (auto done = open_template_into(key, row.sealed, secret_.sealed_seed, before); !done)
      return pass_on(std::move(done));
    if (before.size() != plain.size()) {
      return fail(ErrorKind::corrupt, "giving gallery " + name_.value + " a new secret",
                  "row " + std::to_string(row.sealed.row) + " has another length", "erase it and enrol again");
    }
    rotation_->undo(floats_of(std::as_const(before)), floats_of(plain));
    turn_and_seal(fresh, floats_of(std::as_const(plain)), key, renewed.secret.sealed_seed, row.sealed);
    renewed.rows.push_back(std::move(row.sealed));
  }
  return renewed;
}

Result<bool> LoadedGallery::is_behind() {
  auto secret = rows_.secret(name_);
  if (!secret) return pass_on(std::move(secret));
  std::uint64_t revision = 0;
  {
    const std::shared_lock lock{mutex_};
    if (!*secret || **secret != secret_) return true;
    revision = revision_;
  }
  auto changes = rows_.changes(name_, revision);
  if (!changes) return pass_on(std::move(changes));
  return !nothing(*changes);
}

std::size_t LoadedGallery::size() {
  const std::shared_lock lock{mutex_};
  return index_ ? index_->size() : 0;
}

GallerySecret LoadedGallery::secret() {
  const std::shared_lock lock{mutex_};
  return secret_;
}

std::optional<float> LoadedGallery::offset(const consent::SubjectId& subject) {
  const std::shared_lock lock{mutex_};
  const auto number = subjects_.find(subject);
  if (!number) return std::nullopt;
  return subjects_.offset(*number);
}

}  // namespace regard::gallery
