// `regard eval verify | liveness | search` and `regard calibrate`: figures printed, and a site's own threshold.
#include <fmt/core.h>

#include "app/eval_command.h"
#include "app/io/data_command.h"
#include "app/io/eval_parts.h"
#include "app/io/eval_verify.h"
#include "app/people_commands.h"
#include "gallery/search_measure.h"

namespace regard::app {
namespace {

struct VerifyOptions : DataCommand {
  VerifyRun run;
  std::string gallery;
  double fmr = 1e-3;
};

std::string fmr_name(double fmr) { return fmt::format("{:.0e}", fmr); }

Json json_of(const VerifyFigures& figures) {
  Json tar = Json::object();
  Json tar_interval = Json::object();
  Json tar_measured = Json::object();
  Json thresholds = Json::object();
  for (const eval::OperatingPoint& point : figures.points) {
    const std::string name = fmr_name(point.wanted_fmr);
    // Given also when the pairs are too few to show the rate: then it is what is accepted above the best non-mated
    // score, and `tar_measured` says so.
    tar[name] = point.tar.value;
    tar_interval[name] = interval(point.tar);
    tar_measured[name] = point.supported;
    thresholds[name] = point.threshold;
  }
  const double milliseconds = figures.milliseconds_read + figures.milliseconds_find + figures.milliseconds_embed;
  Json json{{"templates", figures.version},
            {"pairs", figures.pairs},
            {"mated", figures.mated},
            {"images", figures.images},
            {"fte", figures.failed.size()},
            {"accuracy", figures.accuracy.value},
            {"accuracy_low", figures.accuracy.low},
            {"accuracy_high", figures.accuracy.high},
            {"eer", figures.equal_error_rate},
            {"threshold", figures.threshold},
            {"threshold_chosen_elsewhere", figures.threshold_chosen_elsewhere},
            {"fmr", figures.fmr.value},
            {"fmr_interval", interval(figures.fmr)},
            {"fnmr", figures.fnmr.value},
            {"fnmr_interval", interval(figures.fnmr)},
            {"tar", tar},
            {"tar_interval", tar_interval},
            {"tar_measured", tar_measured},
            {"thresholds", thresholds},
            {"images_per_second", milliseconds > 0 ? 1000 / milliseconds : 0},
            {"ms_read", figures.milliseconds_read},
            {"ms_find", figures.milliseconds_find},
            {"ms_embed", figures.milliseconds_embed},
            {"failed", figures.failed}};
  if (figures.groups) {
    Json groups = Json::object();
    for (const auto& [name, rates] : figures.groups->groups) {
      groups[name] = {{"mated", rates.mated},
                      {"non_mated", rates.non_mated},
                      {"fmr", rates.fmr.value},
                      {"fmr_interval", interval(rates.fmr)},
                      {"fnmr", rates.fnmr.value},
                      {"fnmr_interval", interval(rates.fnmr)},
                      {"within_25_percent", rates.within}};
    }
    json["groups"] = groups;
    json["within_25_percent"] = figures.groups->within;
  }
  return json;
}

void print(const VerifyFigures& figures) {
  fmt::print("{} pairs, {} of them of one person, {} images, {} without a face; templates {}\n\n", figures.pairs,
             figures.mated, figures.images, figures.failed.size(), figures.version);
  fmt::print("accuracy            {} at threshold {:.3f}{}\n", percent(figures.accuracy), figures.threshold,
             figures.threshold_chosen_elsewhere ? ", chosen on other pairs" : ", chosen on these pairs: flatters");
  fmt::print("equal error rate    {:.2f} %\n", 100 * figures.equal_error_rate);
  for (const eval::OperatingPoint& point : figures.points) {
    fmt::print("TAR at FMR {:<8} {} from {:.3f}{}\n", fmr_name(point.wanted_fmr), percent(point.tar), point.threshold,
               point.supported ? "" : ", no false match: too few pairs of two people to show that rate");
  }
  fmt::print("one image           {:.1f} ms reading, {:.1f} ms finding, {:.1f} ms template\n",
             figures.milliseconds_read, figures.milliseconds_find, figures.milliseconds_embed);
  if (!figures.groups) return;
  for (const auto& [name, rates] : figures.groups->groups)
    fmt::print("group {:<12} FMR {}, FNMR {}{}\n", name, percent(rates.fmr), percent(rates.fnmr),
               rates.within ? "" : "  more than a quarter above the whole");
}

Result<int> verify(DataFolder& data, const VerifyOptions& options) {
  auto figures = run_verify(options.run, data.gate(), command_line_actor(), data.clock());
  if (!figures) return pass_on(std::move(figures));
  if (options.json)
    print_json(json_of(*figures));
  else
    print(*figures);
  return 0;
}

Result<int> calibrate(DataFolder& data, const VerifyOptions& options) {
  auto figures = run_verify(options.run, data.gate(), command_line_actor(), data.clock());
  if (!figures) return pass_on(std::move(figures));
  const auto point = std::ranges::find_if(figures->points, [&](const eval::OperatingPoint& one) {
    return std::abs(one.wanted_fmr / options.fmr - 1) < 0.01;
  });
  const std::string doing = "calibrating gallery " + options.gallery;
  if (point == figures->points.end())
    return fail(ErrorKind::invalid_input, doing, "the false match rate is not one of 1e-2, 1e-3, 1e-4, 1e-5",
                "choose one of these with --fmr");
  if (!point->supported)
    return fail(ErrorKind::invalid_input, doing,
                fmt::format("{} pairs of two people cannot show a rate of {}", figures->pairs - figures->mated,
                            fmr_name(options.fmr)),
                fmt::format("give at least {:.0f} such pairs, or a higher --fmr", 1 / options.fmr));
  if (auto set = data.vault().set_threshold({options.gallery}, point->threshold); !set) return pass_on(std::move(set));
  auto noted = data.facts().note({.kind = consent::EntryKind::threshold_changed,
                                  .time = data.clock().now(),
                                  .actor = command_line_actor(),
                                  .gallery = consent::GalleryName{options.gallery},
                                  .count = figures->pairs});
  if (!noted) return pass_on(std::move(noted));
  if (options.json)
    print_json(Json{{"gallery", options.gallery},
                    {"threshold", point->threshold},
                    {"tar", point->tar.value},
                    {"tar_interval", interval(point->tar)},
                    {"entry", noted->value}});
  else
    fmt::print("gallery {} accepts from {:.3f}: of these pairs {} of the same person would match (log entry {})\n",
               options.gallery, point->threshold, percent(point->tar), noted->value);
  return 0;
}

void add_pairs(CLI::App& command, VerifyOptions& options) {
  command.add_option("--root", options.run.root, "Folder of the images")->required();
  command.add_option("--pairs", options.run.pairs, "Lines `path path 1` (one person) or `0` (two people)")->required();
  command
      .add_option("--networks", options.run.networks,
                  "Face template network, or two by a comma to join their templates (default: the preferred one)")
      ->delimiter(',');
  add_network_options(command, options.run.with);
  command.add_option("--det", options.run.det, "Write the error trade-off as CSV to this file");
  command.add_option("--plot", options.run.plot, "Write the same as a picture (SVG)");
}

void add_verify(CLI::App& eval, int& exit_status) {
  const auto [command, options] = add_data_command(
      eval, "verify",
      "Compare pairs of pictures; the templates are made under a permit and can be used for nothing else", verify,
      exit_status);
  add_pairs(*command, *options);
  command->add_option("--threshold-from", options->run.threshold_from, "Pairs on which the threshold is chosen");
  command->add_option("--groups", options->run.groups, "Lines `path group`: are all groups served alike?");
}

struct LivenessOptions {
  LivenessRun run;
  std::vector<std::string> attacks;
  bool json = false;
};

Result<int> liveness(const LivenessOptions& options) {
  LivenessRun run = options.run;
  for (const std::string& attack : options.attacks) {
    const std::size_t equals = attack.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(ErrorKind::invalid_input, "reading --attack " + attack, "it is not SPECIES=DIR",
                  "write for example --attack print=prints/");
    run.attacks[attack.substr(0, equals)] = attack.substr(equals + 1);
  }
  const auto clock = system_clock();
  auto figures = run_liveness(run, *clock);
  if (!figures) return pass_on(std::move(figures));
  Json apcer = Json::object();
  for (const auto& [species, estimate] : figures->figures.apcer)
    apcer[species] = {
        {"apcer", estimate.value}, {"interval", interval(estimate)}, {"images", figures->attacks[species]}};
  if (options.json) {
    print_json(Json{{"live", figures->live},
                    {"bpcer", figures->figures.bpcer.value},
                    {"bpcer_interval", interval(figures->figures.bpcer)},
                    {"apcer", apcer},
                    {"apcer_worst", figures->figures.apcer_worst},
                    {"acer", figures->figures.acer},
                    {"threshold", figures->threshold},
                    {"without_face", figures->without_face},
                    {"ms_per_image", figures->milliseconds_per_image}});
    return 0;
  }
  fmt::print("{} live pictures: BPCER {}\n", figures->live, percent(figures->figures.bpcer));
  for (const auto& [species, estimate] : figures->figures.apcer)
    fmt::print("{} attacks of species {}: APCER {}\n", figures->attacks[species], species, percent(estimate));
  fmt::print("threshold {:.2f}, {} pictures without a face, {:.1f} ms each\n", figures->threshold,
             figures->without_face, figures->milliseconds_per_image);
  return 0;
}

void add_liveness(CLI::App& eval, int& exit_status) {
  auto options = std::make_shared<LivenessOptions>();
  CLI::App* command = eval.add_subcommand("liveness", "Are live people accepted, and pictures of them refused?");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->add_option("--live", options->run.live, "Folder of pictures of live people")->required();
  command->add_option("--attack", options->attacks, "SPECIES=DIR: pictures of one kind of attack; may be repeated")
      ->required();
  add_network_options(*command, options->run.with);
  command->callback([options, &exit_status] { exit_status = reported(liveness(*options)); });
}

struct SearchOptions {
  gallery::SearchRun run;
  bool json = false;
};

Result<int> search(const SearchOptions& options) {
  auto figures = gallery::measure_search(options.run);
  if (!figures) return pass_on(std::move(figures));
  Json sizes = Json::array();
  for (const gallery::SearchFigures& one : *figures) {
    sizes.push_back({{"templates", one.templates},
                     {"mated_ms", one.mated_ms},
                     {"non_mated_ms", one.non_mated_ms},
                     {"batch_ms", one.batch_ms},
                     {"compared", one.compared},
                     {"same_first", one.same_first},
                     {"bytes_per_template", one.bytes_per_template},
                     {"fill_seconds", one.fill_seconds},
                     {"ranked_share", one.ranked_share},
                     {"exact_reads", one.exact_reads},
                     {"kernel", one.kernel}});
    if (!options.json)
      fmt::print(
          "{:>9} templates: {:8.3f} ms for somebody, {:8.3f} ms for nobody, {:8.3f} ms in batches; {} of {} first "
          "answers as by brute force; {:.0f} bytes each ({})\n",
          one.templates, one.mated_ms, one.non_mated_ms, one.batch_ms, one.same_first, one.compared,
          one.bytes_per_template, one.kernel);
  }
  if (options.json) print_json(Json{{"values", options.run.values}, {"seed", options.run.seed}, {"sizes", sizes}});
  return 0;
}

void add_search(CLI::App& eval, int& exit_status) {
  auto options = std::make_shared<SearchOptions>();
  CLI::App* command =
      eval.add_subcommand("search", "How fast galleries of random vectors are searched, and how rightly");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->add_option("--sizes", options->run.sizes, "Templates, by commas (default 10000,100000)")->delimiter(',');
  command->add_option("--values", options->run.values, "Numbers in a template (default 512)");
  command->add_option("--queries", options->run.queries, "Probes for each size (default 200)");
  command->add_option("--threads", options->run.threads, "Of one search (default 1)");
  command->add_option("--seed", options->run.seed, "Decides all vectors (default 1)");
  command->callback([options, &exit_status] { exit_status = reported(search(*options)); });
}

}  // namespace

void add_eval_recognition_commands(CLI::App& eval, int& exit_status) {
  add_verify(eval, exit_status);
  add_liveness(eval, exit_status);
  add_eval_identify_command(eval, exit_status);
  add_search(eval, exit_status);
}

void add_calibrate_command(CLI::App& app, int& exit_status) {
  const auto [command, options] = add_data_command(
      app, "calibrate", "Choose a gallery's threshold from pairs of the site's own pictures", calibrate, exit_status);
  command->add_option("GALLERY", options->gallery, "Gallery whose threshold is set")->required();
  add_pairs(*command, *options);
  command->add_option("--fmr", options->fmr, "False match rate of one comparison: 1e-2, 1e-3 (default), 1e-4, 1e-5");
}

}  // namespace regard::app
