#include "app/eval_command.h"

#include <fmt/core.h>

#include <memory>

#include "app/io/data_command.h"
#include "app/io/eval_parts.h"
#include "app/io/eval_runs.h"

namespace regard::app {
namespace {

constexpr int bad_input = 2;

void print_estimate(const char* name, const eval::Estimate& estimate) {
  fmt::print("{:<28} {:6.3f}   95 % interval {:.3f} .. {:.3f}\n", name, estimate.value, estimate.low, estimate.high);
}

/// `figures` printed by `show`, or the failure as one line; the exit status.
template <typename Figures, typename Show>
int report(const Result<Figures>& figures, Show show) {
  if (!figures) {
    fmt::print(stderr, "regard eval: {}\n", figures.error().message());
    return bad_input;
  }
  show(*figures);
  return 0;
}

void print_figures(const DetectRun& run, const DetectFigures& figures) {
  const auto person = figures.scores.classes.find({0});
  Json classes = Json::object();
  for (const auto& [object, one] : figures.scores.classes) {
    classes[std::string{detect::class_name(object)}] = {{"ap50", one.ap50},
                                                        {"ap50_95", one.ap50_95},
                                                        {"truths", one.truths},
                                                        {"found", one.found},
                                                        {"wrong", one.wrong}};
  }
  Json json{{"images", figures.images},
            {"ap50", figures.scores.ap50},
            {"ap50_interval", interval(figures.estimates.ap50)},
            {"ap50_95", figures.scores.ap50_95},
            {"ap50_95_interval", interval(figures.estimates.ap50_95)},
            {"ap50_person", nullptr},
            {"recall_person", nullptr},
            {"threshold", run.threshold},
            {"seed", run.seed},
            {"rounds", run.rounds},
            {"ms_per_image", figures.milliseconds_per_image},
            {"classes", std::move(classes)}};
  if (person != figures.scores.classes.end()) {
    const eval::ClassScores& one = person->second;
    const eval::Estimate recall = eval::proportion(one.found, one.truths);
    const eval::Estimate precision = eval::proportion(one.found, one.found + one.wrong);
    json["ap50_person"] = one.ap50;
    json["ap50_person_interval"] = interval(figures.estimates.ap50_person);
    json["ap50_95_person"] = one.ap50_95;
    json["recall_person"] = recall.value;
    json["recall_person_interval"] = interval(recall);
    json["precision_person"] = precision.value;
    json["precision_person_interval"] = interval(precision);
  }
  print_json(json);
}

void print_table(const DetectRun& run, const DetectFigures& figures) {
  fmt::print("{} images, {:.1f} ms each; bootstrap over images, {} rounds, seed {}\n\n", figures.images,
             figures.milliseconds_per_image, run.rounds, run.seed);
  print_estimate("AP at IoU .50", figures.estimates.ap50);
  print_estimate("AP at IoU .50:.95", figures.estimates.ap50_95);
  const auto person = figures.scores.classes.find({0});
  if (person != figures.scores.classes.end()) {
    const eval::ClassScores& one = person->second;
    print_estimate("person: AP at IoU .50", figures.estimates.ap50_person);
    print_estimate("person: AP at IoU .50:.95", figures.estimates.ap50_95_person);
    print_estimate(fmt::format("person: recall at {:.2f}", run.threshold).c_str(),
                   eval::proportion(one.found, one.truths));
    print_estimate(fmt::format("person: precision at {:.2f}", run.threshold).c_str(),
                   eval::proportion(one.found, one.found + one.wrong));
  }
  fmt::print("\n{:<16} {:>6} {:>6} {:>6} {:>6} {:>8}\n", "class", "truths", "found", "wrong", "AP50", "AP50:95");
  for (const auto& [object, one] : figures.scores.classes) {
    fmt::print("{:<16} {:>6} {:>6} {:>6} {:>6.3f} {:>8.3f}\n", detect::class_name(object), one.truths, one.found,
               one.wrong, one.ap50, one.ap50_95);
  }
}

void print_figures(const FacesFigures& figures) {
  const eval::Estimate rate = eval::proportion(figures.failed.size(), figures.images);
  const Json json{{"images", figures.images},      {"failures", figures.failed.size()},
                  {"failure_rate", rate.value},    {"failure_rate_interval", interval(rate)},
                  {"other_faces", figures.others}, {"ms_per_image", figures.milliseconds_per_image},
                  {"failed", figures.failed}};
  print_json(json);
}

void print_table(const FacesFigures& figures) {
  fmt::print("{} images, {:.1f} ms each: {} without a face over the centre, {} other faces\n", figures.images,
             figures.milliseconds_per_image, figures.failed.size(), figures.others);
  print_estimate("failure rate", eval::proportion(figures.failed.size(), figures.images));
  for (const std::string& file : figures.failed) fmt::print("  {}\n", file);
}

void print_figures(const TrackFigures& figures) {
  const eval::TrackingScores& s = figures.scores;
  Json json{{"mota", s.mota},           {"idf1", s.idf1},
            {"hota", s.hota},           {"id_switches", s.switches},
            {"frames", s.frames},       {"frames_followed", figures.frames},
            {"motp", s.motp},           {"deta", s.deta},
            {"assa", s.assa},           {"boxes", s.truths},
            {"misses", s.misses},       {"false_positives", s.false_positives},
            {"tracks", figures.tracks}, {"track_ms_per_frame", figures.track_milliseconds_per_frame}};
  if (figures.by_visit) {
    json["visits"] = figures.visits;
    json["by_visit"] = {{"mota", figures.by_visit->mota},
                        {"idf1", figures.by_visit->idf1},
                        {"hota", figures.by_visit->hota},
                        {"id_switches", figures.by_visit->switches}};
  }
  print_json(json);
}

void print_table(const TrackFigures& figures) {
  const eval::TrackingScores& s = figures.scores;
  fmt::print("{} frames followed, {} of them annotated with {} boxes; {} tracks; {:.3f} ms of tracking a frame\n\n",
             figures.frames, s.frames, s.truths, figures.tracks, figures.track_milliseconds_per_frame);
  fmt::print("MOTA {:.3f}   IDF1 {:.3f}   HOTA {:.3f} (DetA {:.3f}, AssA {:.3f})   MOTP {:.3f}\n", s.mota, s.idf1,
             s.hota, s.deta, s.assa, s.motp);
  fmt::print("misses {}   false positives {}   switches {}\n", s.misses, s.false_positives, s.switches);
  if (figures.by_visit) {
    const eval::TrackingScores& v = *figures.by_visit;
    fmt::print("each of {} visits numbered apart: MOTA {:.3f}   IDF1 {:.3f}   HOTA {:.3f}   switches {}\n",
               figures.visits, v.mota, v.idf1, v.hota, v.switches);
  }
  fmt::print("One sequence is one sample: no interval can be given.\n");
}

void add_detect(CLI::App& eval, int& exit_status, const bool& json) {
  auto run = std::make_shared<DetectRun>();
  CLI::App* command = eval.add_subcommand("detect", "Average precision of objects on labelled images");
  command->add_option("--images", run->images, "Folder of images")->required();
  command->add_option("--labels", run->labels, "Folder of `class cx cy w h` files named like the images")->required();
  command->add_option("--object-model", run->model,
                      "PicoDet or CenterNet network (ONNX); without it the installed one");
  command->add_option("--threshold", run->threshold, "Score at which recall and precision are counted")
      ->check(CLI::Range(0.0F, 1.0F))
      ->capture_default_str();
  command->add_option("--floor", run->floor, "Lowest score that average precision looks at")
      ->check(CLI::Range(0.001F, 1.0F))
      ->capture_default_str();
  command->add_option("--tiles", run->tiles, "N x N tiles besides the whole image")
      ->check(CLI::Range(1, 8))
      ->capture_default_str();
  command->add_option("--threads", run->threads, "Threads of the network")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->add_option("--seed", run->seed, "Seed of the bootstrap")->capture_default_str();
  command->callback([run, &exit_status, &json] {
    exit_status = report(run_detect(*run), [&](const DetectFigures& figures) {
      json ? print_figures(*run, figures) : print_table(*run, figures);
    });
  });
}

void add_faces(CLI::App& eval, int& exit_status, const bool& json) {
  auto run = std::make_shared<FacesRun>();
  CLI::App* command = eval.add_subcommand("faces", "Images with one central face each: how often it is missed");
  command->add_option("--images", run->images, "Folder of images, with all folders below")->required();
  command->add_option("--face-model", run->model, "YuNet or BlazeFace network (ONNX); without it the installed one");
  command->add_option("--threshold", run->options.threshold.value, "Least score of a face")
      ->check(CLI::Range(0.01F, 1.0F))
      ->capture_default_str();
  command->add_option("--longest-side", run->options.longest_side, "Images are shrunk to this")
      ->check(CLI::Range(32, 8192))
      ->capture_default_str();
  command->add_option("--tiles", run->options.tiles, "N x N tiles besides the whole image")
      ->check(CLI::Range(1, 8))
      ->capture_default_str();
  command->add_option("--threads", run->threads, "Threads of the network")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->callback([run, &exit_status, &json] {
    exit_status = report(run_faces(*run),
                         [&](const FacesFigures& figures) { json ? print_figures(figures) : print_table(figures); });
  });
}

void add_track(CLI::App& eval, int& exit_status, const bool& json) {
  auto run = std::make_shared<TrackRun>();
  CLI::App* command =
      eval.add_subcommand("track", "People followed through numbered images or a synthetic scene against truth");
  command->add_option("--frames", run->frames, "Folder of images named by frame number");
  command->add_option("--truth", run->truth, "Ground truth of --frames: frame,id,x,y,w,h,conf");
  command->add_option("--scene", run->scene, "Instead, a synthetic scene: lobby?people=5&seed=1&fps=10&seconds=30");
  command->add_option("--object-model", run->model,
                      "PicoDet or CenterNet network (ONNX); without it the installed one");
  command->add_option("--fps", run->frames_per_second, "Frames a second of the sequence")
      ->check(CLI::Range(0.1, 1000.0))
      ->capture_default_str();
  command->add_option("--tiles", run->tiles, "N x N tiles besides the whole image")
      ->check(CLI::Range(1, 8))
      ->capture_default_str();
  command->add_option("--threads", run->threads, "Threads of the network")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->callback([run, &exit_status, &json] {
    const bool images = !run->frames.empty() && !run->truth.empty();
    const bool scene_alone = !run->scene.empty() && run->frames.empty() && run->truth.empty();
    if (!scene_alone && (!images || !run->scene.empty()))
      throw CLI::ValidationError("eval track", "give --frames and --truth, or --scene");
    exit_status = report(run_track(*run),
                         [&](const TrackFigures& figures) { json ? print_figures(figures) : print_table(figures); });
  });
}

}  // namespace

void add_eval_command(CLI::App& app, int& exit_status) {
  CLI::App* eval = app.add_subcommand("eval", "Measure detection, tracking and recognition against ground truth");
  eval->require_subcommand(1);
  auto json = std::make_shared<bool>(false);
  add_detect(*eval, exit_status, *json);
  add_faces(*eval, exit_status, *json);
  add_track(*eval, exit_status, *json);
  for (CLI::App* command : eval->get_subcommands({})) {
    command->add_flag_callback(
        "--json", [json] { *json = true; }, "print one JSON object");
  }
  add_eval_recognition_commands(*eval, exit_status);
}

}  // namespace regard::app
