#include "app/io/eval_runs.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <memory>

#include "app/io/eval_parts.h"
#include "app/io/stopwatch.h"
#include "app/networks.h"
#include "capture/capture.h"
#include "cast/cast.h"
#include "image/image.h"
#include "infer/infer.h"
#include "infer/packs.h"
#include "track/track.h"

namespace regard::app {
namespace {

namespace fs = std::filesystem;

/// The network in `given`, or the installed one for `task`.
Result<std::shared_ptr<const infer::Model>> open_model(const fs::path& given, infer::Task task, int threads) {
  if (!given.empty()) return load_network(given, {.threads = threads});
  auto network = infer::find(infer::default_folder(), task);
  if (!network) return pass_on(std::move(network));
  return load_network(network->file, {.threads = threads});
}

/// The number at the end of a file's name, as in 000012.jpg; 0 when there is none.
std::uint64_t number_of(const fs::path& file) {
  const std::string stem = file.stem().string();
  const std::size_t digits = stem.find_last_not_of("0123456789") + 1;
  std::uint64_t number = 0;
  std::from_chars(stem.data() + digits, stem.data() + stem.size(), number);
  return number;
}

detect::Wanted everything() {
  detect::Wanted wanted;
  for (int i = 1; i < detect::object_class_count; ++i) wanted.objects.push_back({i});
  return wanted;
}

Result<std::vector<eval::TruthBox>> read_truth(const fs::path& file, Size size) {
  if (!fs::exists(file))
    return std::vector<eval::TruthBox>{};  // the usual way to say that there is nothing in a picture
  auto text = read_text(file);
  if (!text) return pass_on(std::move(text));
  auto rows = eval::parse_labels(*text, file.string());
  if (!rows) return pass_on(std::move(rows));
  std::vector<eval::TruthBox> truth;
  for (const eval::LabelRow& row : *rows) truth.push_back({row.object, to_pixels(row.box, size), false});
  return truth;
}

using Truth = std::map<std::uint64_t, eval::JudgedFrame>;

Result<Truth> read_tracks(const fs::path& file) {
  auto text = read_text(file);
  if (!text) return pass_on(std::move(text));
  auto rows = eval::parse_mot_truth(*text, file.string());
  if (!rows) return pass_on(std::move(rows));
  Truth truth;
  for (const eval::MotRow& row : *rows) {
    eval::JudgedFrame& frame = truth[row.frame];
    if (row.ignored) {
      frame.ignored.push_back(row.box);
    } else {
      frame.truth.push_back({row.id, row.box});
    }
  }
  return truth;
}

}  // namespace

Result<DetectFigures> run_detect(const DetectRun& run) {
  auto model = open_model(run.model, infer::Task::object_detection, run.threads);
  if (!model) return pass_on(std::move(model));
  auto detector = detect::ObjectDetector::create(*model, {.threshold = {run.floor}, .tiles = run.tiles});
  if (!detector) return pass_on(std::move(detector));
  const auto files = images_in(run.images, Below::this_folder);
  if (!files) return tl::unexpected{files.error()};
  if (!fs::is_directory(run.labels)) {
    return fail(ErrorKind::not_found, "reading labels of " + run.labels.string(), "there is no such folder",
                "give the folder with the .txt files");
  }
  std::vector<eval::JudgedImage> judged;
  const auto clock = system_clock();
  Stopwatch watch{*clock};
  for (const fs::path& file : *files) {
    auto pixels = image::read(file);
    if (!pixels) return pass_on(std::move(pixels));
    const auto picture = capture::make_picture(std::move(*pixels));
    auto truth = read_truth(run.labels / file.stem().concat(".txt"), picture->size());
    if (!truth) return pass_on(std::move(truth));
    auto found = watch.time([&] { return detector->detect(*picture, everything()); });
    if (!found) return pass_on(std::move(found));
    judged.push_back({std::move(*truth), std::move(*found)});
  }
  const bool any =
      std::any_of(judged.begin(), judged.end(), [](const eval::JudgedImage& one) { return !one.truth.empty(); });
  if (!any) {
    return fail(ErrorKind::not_found, "reading labels of " + run.labels.string(), "no image has a label",
                "name each label file like its image, with .txt");
  }
  return DetectFigures{judged.size(), eval::score_detections(judged, {run.threshold}),
                       eval::bootstrap_detections(judged, run.seed, run.rounds), watch.milliseconds_each()};
}

Result<FacesFigures> run_faces(const FacesRun& run) {
  auto model = open_model(run.model, infer::Task::face_detection, run.threads);
  if (!model) return pass_on(std::move(model));
  auto detector = detect::FaceDetector::create(*model, run.options);
  if (!detector) return pass_on(std::move(detector));
  const auto files = images_in(run.images, Below::all_folders);
  if (!files) return tl::unexpected{files.error()};
  FacesFigures figures;
  const auto clock = system_clock();
  Stopwatch watch{*clock};
  for (const fs::path& file : *files) {
    auto pixels = image::read(file);
    if (!pixels) return pass_on(std::move(pixels));
    const auto picture = capture::make_picture(std::move(*pixels));
    auto faces = watch.time([&] { return detector->detect(*picture); });
    if (!faces) return pass_on(std::move(faces));
    const float x = static_cast<float>(picture->size().width) / 2;
    const float y = static_cast<float>(picture->size().height) / 2;
    const auto central = std::count_if(faces->begin(), faces->end(), [&](const detect::Detection& face) {
      return face.box.x <= x && x <= face.box.right() && face.box.y <= y && y <= face.box.bottom();
    });
    ++figures.images;
    figures.others += faces->size() - static_cast<std::size_t>(std::min<std::ptrdiff_t>(central, 1));
    if (central == 0) figures.failed.push_back(fs::relative(file, run.images).string());
  }
  figures.milliseconds_per_image = watch.milliseconds_each();
  return figures;
}

namespace {

/// The networks and the tracker of one run.
class Follower {
 public:
  static Result<Follower> open(const TrackRun& run) {
    auto model = open_model(run.model, infer::Task::object_detection, run.threads);
    if (!model) return pass_on(std::move(model));
    auto detector = detect::ObjectDetector::create(*model, {.threshold = track::Options{}.low, .tiles = run.tiles});
    if (!detector) return pass_on(std::move(detector));
    return Follower{std::move(*detector)};
  }

  /// Takes the next picture. Errors: those of the network's run.
  Result<void> look(const capture::Picture& picture, Duration position) {
    if (!tracker_) tracker_.emplace(picture.size(), track::Options{});
    auto found = detector_.detect(picture, {.faces = false, .persons = true, .objects = {}});
    if (!found) return pass_on(std::move(found));
    tracks_ += watch_.time([&] { return tracker_->update(*found, frames_, position); }).started.size();
    ++frames_;
    return {};
  }

  /// Who is followed and seen now.
  [[nodiscard]] std::vector<eval::NumberedBox> seen() const {
    std::vector<eval::NumberedBox> boxes;
    for (const track::Track& one : tracker_->tracks()) {
      if (one.state == track::State::confirmed) boxes.push_back({one.id.value, one.box});
    }
    return boxes;
  }

  [[nodiscard]] std::uint64_t frames() const { return frames_; }

  [[nodiscard]] TrackFigures figures(std::span<const eval::JudgedFrame> judged) const {
    TrackFigures figures;
    figures.frames = frames_;
    figures.scores = eval::score_tracking(judged);
    figures.tracks = tracks_;
    figures.track_milliseconds_per_frame = watch_.milliseconds_each();
    return figures;
  }

 private:
  explicit Follower(detect::ObjectDetector detector) : detector_{std::move(detector)} {}

  detect::ObjectDetector detector_;
  std::optional<track::Tracker> tracker_;
  std::unique_ptr<Clock> clock_ = system_clock();
  Stopwatch watch_{*clock_};
  std::uint64_t frames_ = 0;
  std::uint64_t tracks_ = 0;
};

Result<TrackFigures> run_images(const TrackRun& run) {
  auto truth = read_tracks(run.truth);
  if (!truth) return pass_on(std::move(truth));
  auto follower = Follower::open(run);
  if (!follower) return pass_on(std::move(follower));
  auto files = images_in(run.frames, Below::this_folder);
  if (!files) return tl::unexpected{files.error()};
  std::sort(files->begin(), files->end(), [](const fs::path& a, const fs::path& b) {
    return std::pair{number_of(a), a} < std::pair{number_of(b), b};
  });

  std::vector<eval::JudgedFrame> judged;
  for (const fs::path& file : *files) {
    auto pixels = image::read(file);
    if (!pixels) return pass_on(std::move(pixels));
    const auto picture = capture::make_picture(std::move(*pixels));
    const Duration position = from_seconds(static_cast<double>(follower->frames()) / run.frames_per_second);
    if (auto looked = follower->look(*picture, position); !looked) return pass_on(std::move(looked));
    const auto annotated = truth->find(number_of(file));
    if (annotated == truth->end()) continue;
    annotated->second.found = follower->seen();
    judged.push_back(std::move(annotated->second));
    truth->erase(annotated);
  }
  if (!truth->empty()) {
    return fail(ErrorKind::invalid_input, "comparing " + run.truth.string() + " with " + run.frames.string(),
                "there is no image for frame " + std::to_string(truth->begin()->first),
                "name images by their frame's number, as in 000001.jpg");
  }
  return follower->figures(judged);
}

/// Who is seen by less than this part need not be followed: half of a body behind another has no box of its own.
constexpr float least_visible = 0.4F;
/// Somebody at the edge of the picture may be out of it for a frame or two.
constexpr Duration absence = std::chrono::milliseconds{500};
constexpr double scene_seconds = 30;

/// What is true of one picture of a scene, people by their own numbers and by those of their visits.
struct SceneTruth {
  eval::JudgedFrame by_person;
  eval::JudgedFrame by_visit;
};

SceneTruth truth_of(const cast::FrameTruth& frame, eval::Visits& visits) {
  SceneTruth truth;
  for (const cast::ActorTruth& actor : frame.actors) {
    const std::uint64_t visit = visits.number(actor.person, frame.position);
    if (actor.visible_body < least_visible) {
      truth.by_person.ignored.push_back(actor.body);
      truth.by_visit.ignored.push_back(actor.body);
    } else {
      truth.by_person.truth.push_back({actor.person, actor.body});
      truth.by_visit.truth.push_back({visit, actor.body});
    }
  }
  return truth;
}

Result<TrackFigures> run_scene(const TrackRun& run) {
  auto scene = cast::scene_from(run.scene);
  if (!scene) return pass_on(std::move(scene));
  if (scene->seconds <= 0) scene->seconds = scene_seconds;
  auto follower = Follower::open(run);
  if (!follower) return pass_on(std::move(follower));
  cast::Stage stage{*scene};
  eval::Visits visits{absence};
  std::vector<eval::JudgedFrame> by_person;
  std::vector<eval::JudgedFrame> by_visit;
  const auto frames = static_cast<std::uint64_t>(std::max(1.0, std::round(scene->seconds * scene->frames_per_second)));
  for (std::uint64_t frame = 0; frame < frames; ++frame) {
    const cast::Rendering rendering = stage.render(frame);
    const auto picture = capture::make_picture(BgrImage{rendering.picture.pixels()});
    if (auto looked = follower->look(*picture, rendering.truth.position); !looked) return pass_on(std::move(looked));
    SceneTruth truth = truth_of(rendering.truth, visits);
    truth.by_person.found = truth.by_visit.found = follower->seen();
    by_person.push_back(std::move(truth.by_person));
    by_visit.push_back(std::move(truth.by_visit));
  }
  TrackFigures figures = follower->figures(by_person);
  figures.by_visit = eval::score_tracking(by_visit);
  figures.visits = visits.count();
  return figures;
}

}  // namespace

Result<TrackFigures> run_track(const TrackRun& run) { return run.scene.empty() ? run_images(run) : run_scene(run); }

}  // namespace regard::app
