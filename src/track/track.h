// track: detections of one camera over time.  [Detection] -> [Track]   Anonymous: a track is a number, never a person.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/core.h"
#include "detect/detect.h"

namespace regard::track {

enum class State {
  tentative,  ///< seen too few times to be reported
  confirmed,  ///< reported
  lost,       ///< not seen now, still looked for
};

/// What the pixels of a face say about how well it can be seen. Measured by the caller, who has the pixels.
struct FaceAppearance {
  float sharpness = 0;   ///< image::sharpness of the face at 64x64
  float brightness = 0;  ///< image::brightness, 0..255
};

/// Where a track was seen best: frame and place only, never pixels.
struct BestShot {
  std::uint64_t frame = 0;
  Duration position{};
  PixelBox box;
  std::optional<FacePoints> points;
  float quality = 0;  ///< 0..1, by size, sharpness, exposure and pose
};

struct Track {
  TrackId id;  ///< 1, 2, 3 ... in the order of confirmation
  State state = State::tentative;
  detect::Kind kind = detect::Kind::object;
  detect::ObjectClass object;
  PixelBox box;  ///< now: measured, or predicted while lost
  Score score;   ///< of the last detection
  Score best_score;
  Duration first_seen{};
  Duration last_seen{};
  std::uint64_t hits = 0;  ///< detections joined so far
  std::optional<FacePoints> points;
  TrackId body;  ///< of a face: the person track it belongs to, if any
  std::optional<BestShot> best;
};

/// What one frame changed. Ended tracks are final and never come back.
struct Update {
  std::vector<Track> started;  ///< became confirmed now
  std::vector<Track> ended;    ///< confirmed tracks given up now
};

struct Options {
  Score fresh{0.6F};  ///< begins a new track
  Score high{0.5F};   ///< first association
  Score low{0.3F};    ///< second association: keeps tracks alive through occlusion
  float first_overlap = 0.2F;
  float second_overlap = 0.5F;
  int confirm_hits = 3;
  Duration lost_for = std::chrono::milliseconds{1500};
  Duration hidden_for = std::chrono::seconds{3};  ///< the same, of who was lost behind somebody else
};

/// Follows everything on one camera. Pure and deterministic; confined to one thread.
class Tracker {
 public:
  Tracker(Size frame, const Options& options);
  Tracker(Tracker&&) noexcept;
  Tracker& operator=(Tracker&&) noexcept;
  ~Tracker();

  /// Takes the detections of the next frame. `position` must grow. `appearances` is empty or parallel to `detections`.
  [[nodiscard]] Update update(std::span<const detect::Detection> detections, std::uint64_t frame, Duration position,
                              std::span<const std::optional<FaceAppearance>> appearances = {});
  /// The scene did not change since the last update (motion gate): every track stays where it is, none ages.
  void hold(Duration position);
  /// Ends everything: returns the confirmed tracks.
  [[nodiscard]] std::vector<Track> finish();
  /// Ends everything because the camera's pictures have another size from now on; numbers go on. Returns the confirmed
  /// tracks.
  [[nodiscard]] std::vector<Track> restart(Size frame);

  /// Confirmed and lost tracks, by id.
  [[nodiscard]] std::span<const Track> tracks() const;

 private:
  struct State_;
  std::unique_ptr<State_> state_;
};

}  // namespace regard::track
