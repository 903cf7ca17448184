// One gallery as this process has it: its rotation and its index, following the store by themselves.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <vector>

#include "gallery/gallery.h"
#include "gallery/io/index.h"
#include "gallery/io/keys.h"
#include "gallery/io/query_pool.h"
#include "gallery/logic/choose.h"
#include "gallery/logic/rotation.h"
#include "gallery/logic/subject_table.h"

namespace regard::gallery {

/// Vectors of one version, as the embedder made them: unit length, not yet turned. Borrowed.
struct Probe {
  std::span<const float> unit;
  const embed::TemplateVersion& version;
};

/// Who is like a probe.
struct Match {
  consent::SubjectId subject;
  float score = 0;
  float margin = 0;
  float threshold = 0;
};

/// What decides in one search.
struct Deciding {
  Thresholds thresholds;
  Timestamp now;
  int threads = 1;
};

/// A whole gallery's rows, sealed anew under another secret.
struct Renewed {
  GallerySecret read;  ///< what they were sealed under
  GallerySecret secret;
  std::vector<SealedTemplate> rows;
};

/// Internally locked: any thread. Errors of all: unavailable (store), corrupt (a row or the secret cannot be opened),
/// not_found (no such gallery), invalid_input (other version).
class LoadedGallery {
 public:
  /// Both must outlive it.
  LoadedGallery(Rows& rows, const Keys& keys, consent::GalleryName name, std::size_t most_floats = 50'000);

  /// Takes over what changed in the store. Cheap when nothing did.
  [[nodiscard]] Result<void> follow();
  [[nodiscard]] Result<std::optional<Match>> identify(const Probe& probe, const Deciding& deciding);
  [[nodiscard]] Result<std::optional<Match>> verify(const Probe& probe, const consent::SubjectId& claimed,
                                                    const Deciding& deciding);
  /// Somebody other than `subject` whom the probe would be taken for.
  [[nodiscard]] Result<std::optional<consent::SubjectId>> duplicate(const Probe& probe,
                                                                    const consent::SubjectId& subject,
                                                                    const Deciding& deciding);
  /// Makes `version` the gallery's when it has none yet. Errors besides: unavailable (another process was faster).
  [[nodiscard]] Result<void> settle(const embed::TemplateVersion& version, std::size_t dimension);
  /// `sealed` of each row, for the vectors of the gallery's version. Returns the sealed seed of the secret that they
  /// are all protected with.
  [[nodiscard]] Result<crypto::Bytes> protect(std::span<const Probe> probes, const crypto::SecretBytes& subject_key,
                                              std::span<SealedTemplate> rows);
  /// Every row under a new rotation; nothing is stored yet.
  [[nodiscard]] Result<Renewed> turned_anew();

  /// Whether the store has something that `follow` did not take over yet.
  [[nodiscard]] Result<bool> is_behind();

  [[nodiscard]] std::size_t size();
  [[nodiscard]] GallerySecret secret();
  [[nodiscard]] std::optional<float> offset(const consent::SubjectId& subject);

 private:
  [[nodiscard]] Result<void> catch_up(const GallerySecret& secret);
  /// Memory for the key and the values of one row after the other, wiped when they are through.
  struct RowSecrets {
    crypto::SecretBytes key{crypto::key_size};
    crypto::SecretBytes values;
  };
  [[nodiscard]] Result<void> take(const SearchableRow& row, RowSecrets& secrets);
  void drop(std::uint64_t row);
  [[nodiscard]] Result<void> check_version(const embed::TemplateVersion& version, std::size_t dimension) const;
  void ensure_rotation(std::size_t dimension);
  [[nodiscard]] QueryPool::Lease turned(const Probe& probe);
  [[nodiscard]] Result<std::vector<ConfusedPair>> confused() const;
  /// Notes the first failure in `failure`, which must outlive what is returned.
  [[nodiscard]] ExactVectors exact(std::optional<Error>& failure) const;
  [[nodiscard]] Result<std::optional<crypto::SecretBytes>> read(const IndexedRow& wanted) const;
  [[nodiscard]] Result<std::vector<Hit>> search(const Probe& probe, const SearchLimits& limits);
  [[nodiscard]] float threshold(const Thresholds& thresholds, std::uint64_t size) const;
  [[nodiscard]] std::vector<Scored> scored(std::span<const Hit> hits) const;

  Rows& rows_;
  const Keys& keys_;
  const consent::GalleryName name_;
  const std::size_t most_floats_;
  std::shared_mutex mutex_;
  GallerySecret secret_;
  std::optional<crypto::SecretBytes> seed_;
  std::optional<Rotation> rotation_;
  std::optional<Index> index_;
  QueryPool queries_;
  SubjectTable subjects_;
  std::atomic<std::uint64_t> revision_ = 0;  ///< written under the lock, shared or not
};

}  // namespace regard::gallery
