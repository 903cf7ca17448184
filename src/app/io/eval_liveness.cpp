#include "app/io/eval_parts.h"
#include "app/io/eval_verify.h"
#include "app/io/stopwatch.h"
#include "app/people.h"
#include "capture/capture.h"
#include "image/image.h"

namespace regard::app {
namespace {

namespace fs = std::filesystem;

/// Judges picture after picture. Confined to one thread.
class Looker {
 public:
  Looker(const detect::FaceDetector& faces, const liveness::Detector& detector, const Clock& clock)
      : faces_{faces}, detector_{detector}, watch_{clock} {}

  Result<std::vector<std::optional<float>>> look(const fs::path& folder) {
    const auto files = images_in(folder, Below::all_folders);
    if (!files) return tl::unexpected{files.error()};
    std::vector<std::optional<float>> scores;
    for (const fs::path& file : *files) {
      auto score = watch_.time([&] { return judge(file); });
      if (!score) return pass_on(std::move(score));
      if (!*score) ++without_face_;
      scores.push_back(*score);
    }
    return scores;
  }
  [[nodiscard]] std::uint64_t without_face() const { return without_face_; }
  [[nodiscard]] double milliseconds() const { return watch_.milliseconds_each(); }

 private:
  Result<std::optional<float>> judge(const fs::path& file) {
    auto pixels = image::read(file);
    if (!pixels) return pass_on(std::move(pixels));
    const auto picture = capture::make_picture(std::move(*pixels));
    auto found = faces_.detect(*picture);
    if (!found) return pass_on(std::move(found));
    const detect::Detection* const face = central_face(*found, picture->size());
    if (face == nullptr) return std::nullopt;
    const auto seen = detector_.look(*picture, *face);
    if (!seen) return tl::unexpected{seen.error()};
    return detector_.judge(*seen).score.value;
  }

  const detect::FaceDetector& faces_;
  const liveness::Detector& detector_;
  Stopwatch watch_;
  std::uint64_t without_face_ = 0;
};

}  // namespace

Result<LivenessFigures> run_liveness(const LivenessRun& run, const Clock& clock) {
  const auto faces = open_portrait_detector(run.with);
  if (!faces) return tl::unexpected{faces.error()};
  const auto detector = open_liveness(run.with);
  if (!detector) return tl::unexpected{detector.error()};
  Looker looker{*faces, *detector, clock};
  const auto live = looker.look(run.live);
  if (!live) return tl::unexpected{live.error()};
  LivenessFigures figures;
  std::map<std::string, std::vector<std::optional<float>>> attacks;
  for (const auto& [species, folder] : run.attacks) {
    auto scores = looker.look(folder);
    if (!scores) return pass_on(std::move(scores));
    figures.attacks[species] = scores->size();
    attacks.emplace(species, std::move(*scores));
  }
  figures.live = live->size();
  figures.without_face = looker.without_face();
  figures.threshold = liveness::Options{}.threshold;
  figures.figures = eval::score_attacks(*live, attacks, figures.threshold);
  figures.milliseconds_per_image = looker.milliseconds();
  return figures;
}

}  // namespace regard::app
