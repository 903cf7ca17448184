// Permits: the only keys to embed and gallery. Minted by Gate alone, after the log entry; move-only, single-use, living
// for seconds, one type for each purpose.
#pragma once

#include <cstdint>
#include <utility>

#include "consent/facts.h"
#include "core/core.h"

namespace regard::consent {

class Gate;

/// What all permits have. Cannot be made, copied, assigned or bit-cast (its move constructor is user-provided, so it is
/// not trivially copyable). A permit that was moved from, spent, or is too old is not live: whoever is handed one must
/// ask. Confined to one thread.
class Permit {
 public:
  Permit(const Permit&) = delete;
  Permit& operator=(const Permit&) = delete;
  Permit& operator=(Permit&&) = delete;

  /// Whether it may still be used at `elapsed` (Clock::elapsed).
  [[nodiscard]] bool is_live(Duration elapsed) const noexcept { return minted_ && elapsed < expires_; }
  /// The log entry that stands for it.
  [[nodiscard]] EntryId entry() const noexcept { return entry_; }
  /// How many templates may still be made under it; embed counts down.
  [[nodiscard]] std::uint64_t templates_left() const noexcept { return templates_left_; }
  /// Takes one of the templates; false when none is left or it is not live.
  [[nodiscard]] bool take_template(Duration elapsed) noexcept {
    if (!is_live(elapsed) || templates_left_ == 0) return false;
    --templates_left_;
    return true;
  }

 protected:
  Permit(EntryId entry, Duration expires, std::uint64_t templates) noexcept
      : entry_{entry}, expires_{expires}, templates_left_{templates}, minted_{true} {}
  Permit(Permit&& other) noexcept
      : entry_{other.entry_},
        expires_{other.expires_},
        templates_left_{std::exchange(other.templates_left_, 0)},
        minted_{std::exchange(other.minted_, false)} {}
  ~Permit() = default;

 private:
  EntryId entry_;
  Duration expires_{};
  std::uint64_t templates_left_ = 0;
  bool minted_ = false;
};

/// To make reference templates of one subject and put them into one gallery.
class EnrolPermit final : public Permit {
 public:
  EnrolPermit(EnrolPermit&& other) noexcept = default;
  [[nodiscard]] const SubjectId& subject() const noexcept { return subject_; }
  [[nodiscard]] const GalleryName& gallery() const noexcept { return gallery_; }

 private:
  friend class Gate;
  EnrolPermit(EntryId entry, Duration expires, SubjectId subject, GalleryName gallery) noexcept
      : Permit{entry, expires, 64}, subject_{std::move(subject)}, gallery_{std::move(gallery)} {}
  SubjectId subject_;
  GalleryName gallery_;
};

/// To compare a probe with one claimed subject (1:1).
class VerifyPermit final : public Permit {
 public:
  VerifyPermit(VerifyPermit&& other) noexcept = default;
  [[nodiscard]] const SubjectId& subject() const noexcept { return subject_; }
  [[nodiscard]] const GalleryName& gallery() const noexcept { return gallery_; }

 private:
  friend class Gate;
  VerifyPermit(EntryId entry, Duration expires, SubjectId subject, GalleryName gallery) noexcept
      : Permit{entry, expires, 32}, subject_{std::move(subject)}, gallery_{std::move(gallery)} {}
  SubjectId subject_;
  GalleryName gallery_;
};

/// To look one person (one track, or one face of a picture) up in one gallery (1:N), in one zone, for one purpose.
class IdentifyPermit final : public Permit {
 public:
  IdentifyPermit(IdentifyPermit&& other) noexcept = default;
  [[nodiscard]] const GalleryName& gallery() const noexcept { return gallery_; }
  [[nodiscard]] const ZoneName& zone() const noexcept { return zone_; }
  [[nodiscard]] Purpose purpose() const noexcept { return purpose_; }

 private:
  friend class Gate;
  IdentifyPermit(EntryId entry, Duration expires, GalleryName gallery, ZoneName zone, Purpose purpose) noexcept
      : Permit{entry, expires, 32}, gallery_{std::move(gallery)}, zone_{std::move(zone)}, purpose_{purpose} {}
  GalleryName gallery_;
  ZoneName zone_;
  Purpose purpose_;
};

/// To find the same body again on cameras of one site within one hour. Lives for that hour; its templates die with it.
class AssociatePermit final : public Permit {
 public:
  AssociatePermit(AssociatePermit&& other) noexcept = default;
  [[nodiscard]] const ZoneName& site() const noexcept { return site_; }

 private:
  friend class Gate;
  AssociatePermit(EntryId entry, Duration expires, ZoneName site) noexcept
      : Permit{entry, expires, 100'000}, site_{std::move(site)} {}
  ZoneName site_;
};

/// For an operator to see unblurred pixels of one camera, with a reason, for a minute.
class RevealPermit final : public Permit {
 public:
  /// One look; whoever needs another gives a reason again.
  static constexpr Duration lifetime = std::chrono::minutes{1};
  RevealPermit(RevealPermit&& other) noexcept = default;
  [[nodiscard]] const CameraName& camera() const noexcept { return camera_; }

 private:
  friend class Gate;
  RevealPermit(EntryId entry, Duration expires, CameraName camera) noexcept
      : Permit{entry, expires, 0}, camera_{std::move(camera)} {}
  CameraName camera_;
};

/// To hand a person the source images that are held on them, or to embed these anew, once.
class ExportPermit final : public Permit {
 public:
  ExportPermit(ExportPermit&& other) noexcept = default;
  [[nodiscard]] const SubjectId& subject() const noexcept { return subject_; }

 private:
  friend class Gate;
  ExportPermit(EntryId entry, Duration expires, SubjectId subject) noexcept
      : Permit{entry, expires, 0}, subject_{std::move(subject)} {}
  SubjectId subject_;
};

/// To measure a network on a data set: templates made under it can be compared with each other and with nothing else;
/// they cannot be enrolled, and nobody is named. Lives for hours, for as many templates as were announced.
class EvaluatePermit final : public Permit {
 public:
  EvaluatePermit(EvaluatePermit&& other) noexcept = default;

 private:
  friend class Gate;
  EvaluatePermit(EntryId entry, Duration expires, std::uint64_t templates) noexcept
      : Permit{entry, expires, templates} {}
};

}  // namespace regard::consent

// Whoever sees the permits sees the one Gate too: a source that defined a Gate of its own, to be their friend, would
// define it twice.
#include "consent/consent.h"  // IWYU pragma: keep
