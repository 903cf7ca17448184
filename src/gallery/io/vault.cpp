#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "gallery/gallery.h"
#include "gallery/io/keys.h"
#include "gallery/io/loaded_gallery.h"
#include "gallery/logic/rotation.h"

namespace regard::gallery {
namespace {

/// More rows than this in one gallery are refused: the index asks for three mappings of memory a thousand rows, and
/// Linux allows a process 65,530 (vm.max_map_count).
constexpr std::size_t most_rows = 10'000'000;
/// How much one word of an operator lowers a score, and how far in all. A step is less than the margin between two
/// people; four of them are as far as thresholds of neighbouring false match rates lie apart.
constexpr float feedback_step = .03F;
constexpr float feedback_most = .12F;
/// How often something is done again because another process or thread changed the gallery meanwhile.
constexpr int most_attempts = 5;

/// What a call does, for its errors.
std::string doing(const char* what, const consent::GalleryName& gallery) {
  return std::string{what} + " gallery " + gallery.value;
}

Result<void> check_permit(const consent::Permit& permit, const Clock& clock, const std::string& doing) {
  if (permit.is_live(clock.elapsed())) return {};
  return fail(ErrorKind::denied, doing, "the permit is spent or too old", "ask for a new permit");
}

/// Whether `templates` were made under `permit`, by the same networks.
Result<void> check_templates(const consent::Permit& permit, std::span<const embed::Template> templates,
                             const std::string& doing) {
  if (templates.empty())
    return fail(ErrorKind::invalid_input, doing, "there is no template", "give a picture of a face");
  for (const embed::Template& one : templates) {
    if (one.entry() != permit.entry())
      return fail(ErrorKind::denied, doing, "a template was made under another permit", "ask for a new permit");
    if (one.version() != templates.front().version() || one.size() != templates.front().size())
      return fail(ErrorKind::invalid_input, doing, "the templates are of different versions",
                  "make all with the same networks");
    if (one.size() == 0 || one.size() > most_values)
      return fail(ErrorKind::unsupported, doing, "a template has " + std::to_string(one.size()) + " values",
                  "use another network");
  }
  return {};
}

}  // namespace

struct Vault::State {
  State(Rows& port, const crypto::SecretBytes& master, const Clock& time, const Options& chosen)
      : rows{port}, keys{master}, clock{time}, options{chosen} {}

  std::shared_ptr<LoadedGallery> gallery(const consent::GalleryName& name) {
    const std::lock_guard lock{mutex};
    auto& loaded = galleries[name];
    if (!loaded) loaded = std::make_shared<LoadedGallery>(rows, keys, name, options.most_exact);
    return loaded;
  }

  /// The gallery, as the store has it now.
  Result<std::shared_ptr<LoadedGallery>> current(const consent::GalleryName& name) {
    std::shared_ptr<LoadedGallery> loaded = gallery(name);
    if (auto done = loaded->follow(); !done) return pass_on(std::move(done));
    return loaded;
  }

  /// What `work` makes of the gallery as the store has it now; done again with the newer one when it fails because the
  /// gallery was changed meanwhile.
  template <typename Work>
  std::invoke_result_t<Work, LoadedGallery&> on_current(const consent::GalleryName& name, Work work) {
    for (int attempt = 1;; ++attempt) {
      auto loaded = current(name);
      if (!loaded) return pass_on(std::move(loaded));
      auto done = work(**loaded);
      if (done || attempt == most_attempts) return done;
      if (done.error().kind != ErrorKind::unavailable && done.error().kind != ErrorKind::corrupt) return done;
      const auto behind = (*loaded)->is_behind();
      if (!behind || !*behind) return done;
    }
  }

  [[nodiscard]] Deciding deciding() const { return {options.thresholds, clock.now(), options.threads}; }

  Result<void> store(LoadedGallery& gallery, const consent::EnrolPermit& permit, std::span<const Probe> probes,
                     std::span<const crypto::SecretBytes> images);
  Result<crypto::SecretBytes> subject_key(const consent::SubjectId& subject, crypto::Bytes& wrapped) {
    auto stored = rows.wrapped_key(subject);
    if (!stored) return pass_on(std::move(stored));
    if (*stored) {
      wrapped = std::move(**stored);
      return keys.unwrap(subject, wrapped);
    }
    crypto::SecretBytes key = crypto::SecretBytes::random(crypto::key_size);
    wrapped = keys.wrap(subject, key);
    return key;
  }

  Rows& rows;
  Keys keys;
  const Clock& clock;
  Options options;
  std::mutex mutex;  ///< of `galleries`
  std::map<consent::GalleryName, std::shared_ptr<LoadedGallery>> galleries;
};

Vault::Vault(std::unique_ptr<State> state) : state_{std::move(state)} {}
Vault::~Vault() = default;

Result<std::unique_ptr<Vault>> Vault::open(Rows& rows, crypto::SecretBytes master, const Clock& clock,
                                           const Options& options) {
  if (master.size() != crypto::key_size) {
    return fail(ErrorKind::corrupt, "opening the vault", "the master key does not have 32 bytes",
                "restore it from a backup");
  }
  auto state = std::make_unique<State>(rows, master, clock, options);
  auto names = rows.with_secret();
  if (!names) return pass_on(std::move(names));
  for (const consent::GalleryName& name : *names) {
    auto secret = rows.secret(name);
    if (!secret) return pass_on(std::move(secret));
    if (!*secret) continue;
    if (!state->keys.seed(name, (*secret)->sealed_seed)) {
      return fail(ErrorKind::corrupt, "opening the vault",
                  "this is not the master key that gallery " + name.value + " was made with",
                  "give the right key, or restore it from a backup");
    }
    break;  // one is enough
  }
  return std::unique_ptr<Vault>{new Vault{std::move(state)}};
}

Result<void> Vault::create(const consent::GalleryName& gallery) {
  const crypto::SecretBytes seed = crypto::SecretBytes::random(seed_size);
  return state_->rows.create_secret(gallery, {state_->keys.seal_seed(gallery, seed), {}, 0});
}

/// The mean direction. For strangers a unit vector has the same scores however it was made, so the threshold of one
/// probe stays right; for the same person the noise of single frames is averaged out.
Result<crypto::SecretBytes> Vault::fused(std::span<const embed::Template> templates) {
  crypto::SecretBytes memory{templates.front().size() * sizeof(float)};
  const std::span<float> sum = floats_of(memory);
  for (const embed::Template& one : templates) {
    std::ranges::transform(sum, one.values(), sum.begin(), std::plus{});
  }
  if (!make_unit(sum)) {
    return fail(ErrorKind::invalid_input, "joining templates", "together they point nowhere", "use other pictures");
  }
  return memory;
}

/// Protects and stores one row for each of `probes`.
Result<void> Vault::State::store(LoadedGallery& gallery, const consent::EnrolPermit& permit,
                                 std::span<const Probe> probes, std::span<const crypto::SecretBytes> images) {
  crypto::Bytes wrapped;
  auto key = subject_key(permit.subject(), wrapped);
  if (!key) return pass_on(std::move(key));
  std::vector<SealedTemplate> sealed;
  for (std::size_t i = 0; i < probes.size(); ++i) {
    sealed.push_back({0, permit.subject(), permit.gallery(), probes[i].version, permit.entry(), clock.now(), {}, {}});
    if (!images.empty()) sealed.back().sealed_image = seal_image(*key, sealed.back(), images[i]);
  }
  auto seed = gallery.protect(probes, *key, sealed);
  if (!seed) return pass_on(std::move(seed));
  return rows.add(permit.subject(), wrapped, *seed, sealed);
}

Result<Enrolment> Vault::enrol(consent::EnrolPermit permit, std::vector<embed::Template> templates,
                               EnrolOptions options) {
  const std::string what = doing("enrolling in", permit.gallery());
  if (auto good = check_permit(permit, state_->clock, what); !good) return pass_on(std::move(good));
  if (auto good = check_templates(permit, templates, what); !good) return pass_on(std::move(good));
  if (!options.images.empty() && options.images.size() != templates.size()) {
    return fail(ErrorKind::invalid_input, what, "there are not as many images as templates", "give one for each");
  }
  auto probe = fused(templates);
  if (!probe) return pass_on(std::move(probe));
  const Probe all{floats_of(std::as_const(*probe)), templates.front().version()};
  std::vector<Probe> each;
  each.reserve(templates.size());
  for (const embed::Template& one : templates) each.push_back({one.values(), one.version()});
  // A crash between making the gallery and giving it its secret leaves it without.
  auto secret = state_->rows.secret(permit.gallery());
  if (!secret) return pass_on(std::move(secret));
  if (!*secret) {
    if (auto made = create(permit.gallery()); !made) return pass_on(std::move(made));
  }
  return state_->on_current(permit.gallery(), [&](LoadedGallery& gallery) -> Result<Enrolment> {
    if (gallery.size() + each.size() > most_rows) {
      return fail(ErrorKind::limit, what, "it has " + std::to_string(gallery.size()) + " templates",
                  "use several galleries");
    }
    if (auto good = gallery.settle(all.version, all.unit.size()); !good) return pass_on(std::move(good));
    Enrolment enrolment;
    auto duplicate = gallery.duplicate(all, permit.subject(), state_->deciding());
    if (!duplicate) return pass_on(std::move(duplicate));
    enrolment.duplicate = std::move(*duplicate);
    if (enrolment.duplicate && !options.accept_duplicate) return enrolment;
    if (auto stored = state_->store(gallery, permit, each, options.images); !stored) return pass_on(std::move(stored));
    enrolment.templates = each.size();
    // The rows are durable: should they not be readable at once, the next call tells.
    (void)gallery.follow();
    return enrolment;
  });
}

/// Sees that permit and probes belong together, fuses the probes, and concludes from what `look` finds with them.
template <typename Permit, typename Look>
Result<std::optional<Identity>> Vault::conclude(const std::string& doing, const Permit& permit,
                                                std::span<const embed::Template> probes, Look look) {
  if (auto good = check_permit(permit, state_->clock, doing); !good) return pass_on(std::move(good));
  if (auto good = check_templates(permit, probes, doing); !good) return pass_on(std::move(good));
  auto together = fused(probes);
  if (!together) return pass_on(std::move(together));
  const Probe probe{floats_of(std::as_const(*together)), probes.front().version()};
  auto match = state_->on_current(permit.gallery(), [&](LoadedGallery& gallery) { return look(gallery, probe); });
  if (!match) return pass_on(std::move(match));
  if (!*match) return std::nullopt;
  return Identity{(*match)->subject, permit.gallery(), permit.entry(),
                  (*match)->score,   (*match)->margin, (*match)->threshold};
}

Result<std::optional<Identity>> Vault::verify(consent::VerifyPermit permit, std::vector<embed::Template> probes) {
  return conclude(doing("verifying against", permit.gallery()), permit, probes,
                  [&](LoadedGallery& gallery, const Probe& probe) {
                    return gallery.verify(probe, permit.subject(), state_->deciding());
                  });
}

Result<std::optional<Identity>> Vault::identify(consent::IdentifyPermit permit, std::vector<embed::Template> probes) {
  return conclude(
      doing("searching", permit.gallery()), permit, probes,
      [&](LoadedGallery& gallery, const Probe& probe) { return gallery.identify(probe, state_->deciding()); });
}

Result<float> Vault::not_this_person(const consent::GalleryName& gallery, const consent::SubjectId& claimed,
                                     const std::optional<consent::SubjectId>& truly) {
  const std::string what = "noting a mistaken identity in gallery " + gallery.value;
  auto loaded = state_->current(gallery);
  if (!loaded) return pass_on(std::move(loaded));
  const auto offset = (*loaded)->offset(claimed);
  if (!offset || (truly && !(*loaded)->offset(*truly))) {
    return fail(ErrorKind::not_found, what, (offset ? truly->value : claimed.value) + " is not enrolled in it",
                "see who is with `regard person list`");
  }
  if (!truly) {
    const float lowered = std::min(*offset + feedback_step, feedback_most);
    if (auto put = state_->rows.put_offset(gallery, claimed, lowered); !put) return pass_on(std::move(put));
    return lowered;
  }
  if (*truly == claimed) return fail(ErrorKind::invalid_input, what, "both are the same person", "name two");
  auto known = state_->rows.confusions(gallery);
  if (!known) return pass_on(std::move(known));
  Confusion confusion{claimed, *truly, 0};
  for (const Confusion& one : *known) {
    if (one.claimed == claimed && one.truly == *truly) confusion.offset = one.offset;
  }
  confusion.offset = std::min(confusion.offset + feedback_step, feedback_most);
  if (auto put = state_->rows.put_confusion(gallery, confusion); !put) return pass_on(std::move(put));
  return confusion.offset;
}

Result<std::uint64_t> Vault::rekey(const consent::GalleryName& gallery) {
  return state_->on_current(gallery, [&](LoadedGallery& loaded) -> Result<std::uint64_t> {
    auto renewed = loaded.turned_anew();
    if (!renewed) return pass_on(std::move(renewed));
    if (auto stored = state_->rows.replace(gallery, renewed->read, renewed->secret, renewed->rows); !stored) {
      // When only wiping the old bytes failed, the new ones are there: nothing to do again.
      const auto now = state_->rows.secret(gallery);
      if (now && *now == renewed->secret) (void)loaded.follow();
      return pass_on(std::move(stored));
    }
    return renewed->rows.size();
  });
}

Result<std::vector<crypto::SecretBytes>> Vault::images(consent::ExportPermit permit,
                                                       const consent::GalleryName& gallery) {
  if (auto good = check_permit(permit, state_->clock, doing("reading images of", gallery)); !good)
    return pass_on(std::move(good));
  std::vector<crypto::SecretBytes> images;
  auto wrapped = state_->rows.wrapped_key(permit.subject());
  if (!wrapped) return pass_on(std::move(wrapped));
  if (!*wrapped) return images;  // nothing is held
  auto key = state_->keys.unwrap(permit.subject(), **wrapped);
  if (!key) return pass_on(std::move(key));
  auto rows = state_->rows.rows(gallery, permit.subject());
  if (!rows) return pass_on(std::move(rows));
  for (const SealedTemplate& row : *rows) {
    if (row.sealed_image.empty()) continue;
    auto image = open_image(*key, row);
    if (!image) return pass_on(std::move(image));
    images.push_back(std::move(*image));
  }
  return images;
}

Result<Migration> Vault::migration(const consent::GalleryName& gallery, const embed::TemplateVersion& to) {
  auto secret = state_->rows.secret(gallery);
  if (!secret) return pass_on(std::move(secret));
  if (!*secret)
    return fail(ErrorKind::not_found, doing("moving", gallery), "there is none of that name",
                "look at `regard gallery list`");
  Migration migration{.from = (*secret)->version, .waiting = {}, .without_image = {}};
  if (migration.from.value.empty() || migration.from == to) return migration;
  auto underway = state_->rows.renewal(gallery);
  if (!underway) return pass_on(std::move(underway));
  if (!*underway || (*underway)->version != to) {
    const crypto::SecretBytes seed = crypto::SecretBytes::random(seed_size);
    if (auto begun = state_->rows.begin_renewal(gallery, {state_->keys.seal_seed(gallery, seed), to, 0}); !begun)
      return pass_on(std::move(begun));
  }
  auto rows = state_->rows.renewable(gallery);
  if (!rows) return pass_on(std::move(rows));
  std::set<consent::SubjectId> waiting;
  std::set<consent::SubjectId> without_image;
  for (const RenewableRow& row : *rows) {
    ++migration.templates;
    if (row.renewed) ++migration.renewed;
    if (!row.has_image) without_image.insert(row.subject);
    if (!row.renewed) waiting.insert(row.subject);
  }
  std::ranges::set_difference(waiting, without_image, std::back_inserter(migration.waiting));
  migration.without_image.assign(without_image.begin(), without_image.end());
  return migration;
}

Result<void> Vault::renew(consent::EnrolPermit permit, std::vector<embed::Template> templates) {
  const consent::GalleryName& gallery = permit.gallery();
  const std::string what = doing("renewing templates of", gallery);
  if (auto good = check_permit(permit, state_->clock, what); !good) return good;
  if (auto good = check_templates(permit, templates, what); !good) return good;
  auto renewal = state_->rows.renewal(gallery);
  if (!renewal) return pass_on(std::move(renewal));
  if (!*renewal) return fail(ErrorKind::unavailable, what, "no move to other networks was begun", "begin one");
  if ((*renewal)->version != templates.front().version())
    return fail(ErrorKind::invalid_input, what, "others were renewed with " + (*renewal)->version.value,
                "renew all with the same networks");
  crypto::Bytes wrapped;
  auto key = state_->subject_key(permit.subject(), wrapped);
  if (!key) return pass_on(std::move(key));
  auto rows = state_->rows.rows(gallery, permit.subject());
  if (!rows) return pass_on(std::move(rows));
  const bool all_have_images =
      std::ranges::none_of(*rows, [](const SealedTemplate& row) { return row.sealed_image.empty(); });
  if (!all_have_images || rows->size() != templates.size()) {
    return fail(ErrorKind::invalid_input, what,
                "there are " + std::to_string(templates.size()) + " templates for " + std::to_string(rows->size()) +
                    " rows, which must all have images",
                "embed all kept images, or erase and enrol again");
  }
  auto seed = state_->keys.seed(gallery, (*renewal)->sealed_seed);
  if (!seed) return pass_on(std::move(seed));
  const Rotation rotation{*seed, templates.front().size()};
  for (std::size_t i = 0; i < templates.size(); ++i) {
    (*rows)[i].version = (*renewal)->version;
    turn_and_seal(rotation, templates[i].values(), *key, (*renewal)->sealed_seed, (*rows)[i]);
  }
  return state_->rows.add_renewed(gallery, (*renewal)->sealed_seed, *rows);
}

Result<std::uint64_t> Vault::finish_migration(const consent::GalleryName& gallery) {
  auto renewal = state_->rows.renewal(gallery);
  if (!renewal) return pass_on(std::move(renewal));
  auto read = state_->rows.secret(gallery);
  if (!read) return pass_on(std::move(read));
  if (!*renewal || !*read)
    return fail(ErrorKind::invalid_input, doing("moving", gallery), "nothing was made anew", "renew everybody first");
  return state_->rows.finish_renewal(gallery, **read, (*renewal)->sealed_seed);
}

Result<void> Vault::set_threshold(const consent::GalleryName& gallery, float threshold) {
  if (!(threshold >= 0 && threshold < 1)) {
    return fail(ErrorKind::invalid_input, doing("setting the threshold of", gallery), "it is not within 0 and 1",
                "give a cosine such as 0.4, or 0 for the network's default");
  }
  return state_->on_current(gallery, [&](LoadedGallery& loaded) -> Result<void> {
    const GallerySecret read = loaded.secret();
    GallerySecret secret = read;
    secret.threshold = threshold;
    return state_->rows.change_secret(gallery, read, secret);
  });
}

}  // namespace regard::gallery
