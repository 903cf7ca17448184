// events: what the outside world may learn.  Track -> Event; redaction.  Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "core/core.h"
#include "gallery/gallery.h"
#include "track/track.h"

namespace regard::events {

/// A track that was confirmed or given up.
struct TrackEvent {
  enum class Type { started, ended };
  Type type{};
  CameraName camera;
  Timestamp time;
  TrackId track;
  detect::Kind kind{};
  detect::ObjectClass object;
  NormalizedBox box;
  Score score;          ///< of the last detection; the best of all when ended
  Duration duration{};  ///< from first to last sight
  TrackId body;         ///< of a face: the person track it belongs to; zero when none
};

/// A camera that came, went or stopped answering.
struct CameraEvent {
  CameraName camera;
  Timestamp time;
  capture::CameraState state{};
  std::string detail;
};

/// What the liveness networks thought of the face that was identified.
struct LivenessVerdict {
  Score score;
  bool live = false;
};

/// Somebody who may be recognised was recognised. Needs an Identity, which only the vault concludes, under a permit.
struct IdentifiedEvent {
  CameraName camera;
  Timestamp time;
  TrackId track;  ///< of the face
  TrackId body;   ///< the person track it belongs to; zero when none
  std::string zone;
  std::string name;  ///< as the operator wrote it
  NormalizedBox box;
  gallery::Identity identity;
  std::optional<LivenessVerdict> liveness;  ///< none: no such network is installed
};

/// The last line of a run.
struct Summary {
  struct Camera {
    CameraName name;
    std::uint64_t decoded = 0;
    std::uint64_t analysed = 0;
    std::uint64_t skipped = 0;  ///< not due at the wanted rate
    std::uint64_t still = 0;    ///< due, but the motion gate saw nothing new
    std::uint64_t dropped = 0;  ///< due, but analysis was slower than the camera
    std::uint64_t reconnections = 0;
    std::map<std::string, std::uint64_t> tracks;  ///< confirmed tracks by class name ("face", "person", "car", ...)
  };
  Timestamp time;
  std::vector<Camera> cameras;
  double cpu_seconds = 0;
  double wall_seconds = 0;
  std::uint64_t peak_memory_bytes = 0;
};

using Event = std::variant<TrackEvent, CameraEvent, IdentifiedEvent, Summary>;

/// One line of JSON, without the line break; fields as in api/events.schema.json.
[[nodiscard]] std::string to_json(const Event& event);
/// The same without the name of a person: what is kept, to be delivered later, holds pseudonyms only
/// (docs/decisions/0008-names-are-put-in-at-delivery.md).
[[nodiscard]] std::string to_json_without_names(const Event& event);

/// A picture in which nobody can be recognised: the only kind, besides synthetic ones, that a sink accepts. It can be
/// made in one way, by `redact`. Immutable.
class RedactedImage {
 public:
  [[nodiscard]] const BgrImage& pixels() const { return pixels_; }

 private:
  friend RedactedImage redact(BgrImage picture, std::span<const PixelBox> faces);
  friend RedactedImage annotate(RedactedImage picture, std::span<const track::Track> tracks,
                                const std::unordered_map<TrackId, std::string>& labels);
  explicit RedactedImage(BgrImage pixels) : pixels_{std::move(pixels)} {}
  BgrImage pixels_;
};

/// A picture that may show faces: the only one besides a redacted one that leaves the machine, to the operator who gave
/// a reason. It can be made in one way, by `reveal`, which asks for a permit. Immutable.
class RevealedImage {
 public:
  [[nodiscard]] const BgrImage& pixels() const { return pixels_; }

 private:
  friend Result<RevealedImage> reveal(BgrImage picture, const CameraName& camera, const consent::RevealPermit& permit,
                                      Duration now);
  explicit RevealedImage(BgrImage pixels) : pixels_{std::move(pixels)} {}
  BgrImage pixels_;
};

/// `picture`, which `camera` took, as it is. `now` is the clock's elapsed(). Errors: denied (the permit is too old, or
/// of another camera).
[[nodiscard]] Result<RevealedImage> reveal(BgrImage picture, const CameraName& camera,
                                           const consent::RevealPermit& permit, Duration now);

/// Blurs every region of `faces` (in pixels of `picture`), enlarged by a third on each side, beyond recovery.
[[nodiscard]] RedactedImage redact(BgrImage picture, std::span<const PixelBox> faces);

/// Everywhere a face may be seen in a picture, for `redact`: what the detector found, even weakly, where face tracks
/// are expected to be, and the heads of all bodies. Boxes in pixels of the analysed picture.
[[nodiscard]] std::vector<PixelBox> faces_to_hide(std::span<const detect::Detection> detections,
                                                  std::span<const track::Track> tracks);

/// The part of a body's box where the head may be, generously.
[[nodiscard]] PixelBox head_of(const PixelBox& body);

/// Draws boxes and numbers of `tracks`, whose boxes are in pixels of `picture`; `labels` replace the numbers.
[[nodiscard]] RedactedImage annotate(RedactedImage picture, std::span<const track::Track> tracks,
                                     const std::unordered_map<TrackId, std::string>& labels = {});

}  // namespace regard::events
