#include "app/io/eval_runs.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>

#include "app/io/stopwatch.h"
#include "capture/capture.h"
#include "image/image.h"
#include "infer/infer.h"
#include "infer/packs.h"
#include "track/track.h"

namespace regard::app {
namespace {

namespace fs = std::filesystem;

/// The network in `given`, or the installed one for `task`.
Result<std::shared_ptr<const infer::Model>> open_model(const fs::path& given, infer::Task task, int threads) {
  fs::path file = given;
  if (file.empty()) {
    auto network = infer::find(infer::default_folder(), task);
    if (!network) return pass_on(std::move(network));
    file = network->file;
  }
  auto model = infer::Model::open(file, {.provider = infer::Provider::cpu, .threads = threads});
  if (!model) return pass_on(std::move(model));
  return std::make_shared<const infer::Model>(std::move(*model));
}

bool is_image(const fs::path& file) {
  std::string extension = file.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension == ".jpg" || extension == ".jpeg" || extension == ".png" || extension == ".webp" ||
         extension == ".ppm";
}

template <typename Iterator>
Result<std::vector<fs::path>> images_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code failure;
  for (Iterator at{folder, failure}, end; !failure && at != end; at.increment(failure)) {
    std::error_code ignored;
    if (at->is_regular_file(ignored) && is_image(at->path())) files.push_back(at->path());
  }
  if (failure)
    return fail(ErrorKind::not_found, "listing images of " + folder.string(), failure.message(),
                "check the path and its rights");
  if (files.empty()) {
    return fail(ErrorKind::not_found, "listing images of " + folder.string(), "there is no image",
                "give a folder with JPEG, PNG, WebP or PPM files");
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::string> read_text(const fs::path& file) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream || fs::is_directory(file))
    return fail(ErrorKind::not_found, "reading " + file.string(), "it cannot be opened",
                "check the path and its rights");
  return std::string{std::istreambuf_iterator<char>{stream}, {}};
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
  const auto files = images_in<fs::directory_iterator>(run.images);
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
  const auto files = images_in<fs::recursive_directory_iterator>(run.images);
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

Result<TrackFigures> run_track(const TrackRun& run) {
  auto truth = read_tracks(run.truth);
  if (!truth) return pass_on(std::move(truth));
  auto model = open_model(run.model, infer::Task::object_detection, run.threads);
  if (!model) return pass_on(std::move(model));
  const track::Options options;
  auto detector = detect::ObjectDetector::create(*model, {.threshold = options.low, .tiles = run.tiles});
  if (!detector) return pass_on(std::move(detector));
  auto files = images_in<fs::directory_iterator>(run.frames);
  if (!files) return tl::unexpected{files.error()};
  std::sort(files->begin(), files->end(), [](const fs::path& a, const fs::path& b) {
    return std::pair{number_of(a), a} < std::pair{number_of(b), b};
  });

  TrackFigures figures;
  std::optional<track::Tracker> tracker;
  std::vector<eval::JudgedFrame> judged;
  const auto clock = system_clock();
  Stopwatch watch{*clock};
  for (const fs::path& file : *files) {
    auto pixels = image::read(file);
    if (!pixels) return pass_on(std::move(pixels));
    const auto picture = capture::make_picture(std::move(*pixels));
    if (!tracker) tracker.emplace(picture->size(), options);
    auto found = detector->detect(*picture, {.faces = false, .persons = true, .objects = {}});
    if (!found) return pass_on(std::move(found));
    const Duration position = from_seconds(static_cast<double>(figures.frames) / run.frames_per_second);
    const auto update = watch.time([&] { return tracker->update(*found, figures.frames, position); });
    figures.tracks += update.started.size();
    ++figures.frames;
    const auto annotated = truth->find(number_of(file));
    if (annotated == truth->end()) continue;
    for (const track::Track& one : tracker->tracks()) {
      if (one.state == track::State::confirmed) annotated->second.found.push_back({one.id.value, one.box});
    }
    judged.push_back(std::move(annotated->second));
    truth->erase(annotated);
  }
  if (!truth->empty()) {
    return fail(ErrorKind::invalid_input, "comparing " + run.truth.string() + " with " + run.frames.string(),
                "there is no image for frame " + std::to_string(truth->begin()->first),
                "name images by their frame's number, as in 000001.jpg");
  }
  figures.scores = eval::score_tracking(judged);
  figures.track_milliseconds_per_frame = watch.milliseconds_each();
  return figures;
}

}  // namespace regard::app
