// cast: synthetic people with ground truth, so that no real face is needed. Pure: a seed in, the same pixels out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/core.h"

namespace regard::cast {

/// A picture of people who do not exist. Only `Stage` can make one, so a sink may accept it unblurred. Immutable.
class SyntheticImage {
 public:
  [[nodiscard]] const BgrImage& pixels() const { return pixels_; }

 private:
  friend class Stage;
  explicit SyntheticImage(BgrImage pixels) : pixels_{std::move(pixels)} {}
  BgrImage pixels_;
};

/// What is true of one person in one picture. Boxes and points in pixels.
struct ActorTruth {
  std::uint64_t person = 0;  ///< who: the same number is the same person, in every scene with the same seed
  PixelBox body;             ///< around all pixels of the person inside the picture, also those that others cover
  PixelBox face;             ///< around the skin from chin to hairline, ears left out; empty when turned away
  std::optional<FacePoints> points;  ///< when the face is turned towards the camera
  HeadPose pose;
  float visible_body = 0;  ///< fraction of the body's pixels that are inside the picture and not covered
  float visible_face = 0;
};

/// Somebody crossed a line of the scene.
struct Crossing {
  std::uint64_t person = 0;
  std::string line;       ///< "door", "entrance", ...
  std::string direction;  ///< "in" or "out"
};

/// What is true of one picture.
struct FrameTruth {
  std::uint64_t frame = 0;
  Duration position{};
  std::vector<ActorTruth> actors;
  std::vector<Crossing> crossings;
  std::string
      action;  ///< of `desk`, what the face shown does: "look", "turn_left", "turn_right", "nod", "blink"; else empty
  std::string attack;  ///< of `desk`: "print" or "screen"; empty for a genuine person
};

/// One line of JSON, without the line break.
[[nodiscard]] std::string to_json(const FrameTruth& truth);

enum class SceneKind { portrait, door, lobby, desk };

struct SceneOptions {
  SceneKind kind = SceneKind::lobby;
  std::uint64_t seed = 1;
  int people = 5;
  std::uint64_t first = 1;  ///< number of the first of them: a portrait of person 3 has first 3 and one of people
  Size size{1280, 720};
  double frames_per_second = 25;
  double seconds = 0;  ///< 0: for ever
  std::string attack;  ///< of `desk`: "", "print" or "screen"
};

/// Reads "lobby?people=5&first=1&seed=1&fps=25&size=1280x720&seconds=10". Errors: invalid_input, with the known scenes
/// and keys.
[[nodiscard]] Result<SceneOptions> scene_from(std::string_view text);

struct Rendering {
  SyntheticImage picture;
  FrameTruth truth;
};

/// A scene that can be looked at, picture by picture. Confined to one thread.
class Stage {
 public:
  explicit Stage(const SceneOptions& options);
  Stage(Stage&&) noexcept;
  Stage& operator=(Stage&&) noexcept;
  ~Stage();
  /// The picture number `frame` (0, 1, ...), in any order; the same number gives the same pixels.
  [[nodiscard]] Rendering render(std::uint64_t frame);
  [[nodiscard]] const SceneOptions& options() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace regard::cast
