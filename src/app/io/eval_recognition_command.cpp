#include "app/io/eval_recognition_command.h"

#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/io/eval_verify.h"
#include "infer/packs.h"

namespace regard::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr int bad_input = 2;

Json interval(const eval::Estimate& estimate) { return {estimate.low, estimate.high}; }

void print_estimate(const std::string& name, const eval::Estimate& estimate) {
  fmt::print("{:<34} {:.4f}   95 % interval {:.4f} .. {:.4f}\n", name, estimate.value, estimate.low, estimate.high);
}

/// "1e-3" for 0.001: the key under which a rate is found.
std::string rate_name(double rate) { return fmt::format("1e-{}", static_cast<int>(0.5 - std::log10(rate))); }

Json groups_json(const eval::Differential& differential) {
  Json groups = Json::object();
  for (const auto& [name, rates] : differential.groups) {
    groups[name] = {{"mated", rates.mated},     {"non_mated", rates.non_mated},
                    {"fmr", rates.fmr.value},   {"fmr_interval", interval(rates.fmr)},
                    {"fnmr", rates.fnmr.value}, {"fnmr_interval", interval(rates.fnmr)},
                    {"within", rates.within}};
  }
  return {{"allowed_excess", eval::allowed_excess},
          {"fmr", differential.fmr.value},
          {"fnmr", differential.fnmr.value},
          {"within", differential.within},
          {"groups", std::move(groups)}};
}

void print_json(const VerifyFigures& figures) {
  Json tar = Json::object();
  Json intervals = Json::object();
  Json measured = Json::object();
  for (const eval::OperatingPoint& point : figures.points) {
    const std::string name = rate_name(point.wanted_fmr);
    tar[name] = point.tar.value;
    intervals[name] = interval(point.tar);
    measured[name] = point.supported;
  }
  const double milliseconds = figures.milliseconds_read + figures.milliseconds_find + figures.milliseconds_embed;
  Json json{{"version", figures.version},
            {"pairs", figures.pairs},
            {"mated", figures.mated},
            {"images", figures.images},
            {"accuracy", figures.accuracy.value},
            {"accuracy_low", figures.accuracy.low},
            {"accuracy_high", figures.accuracy.high},
            {"eer", figures.equal_error_rate},
            {"fte", static_cast<double>(figures.failed.size()) /
                        static_cast<double>(std::max<std::uint64_t>(1, figures.images))},
            {"failed", figures.failed},
            {"threshold", figures.threshold},
            {"threshold_from", figures.threshold_chosen_elsewhere ? "other pairs" : "these pairs"},
            {"fmr", figures.fmr.value},
            {"fmr_interval", interval(figures.fmr)},
            {"fnmr", figures.fnmr.value},
            {"fnmr_interval", interval(figures.fnmr)},
            {"tar", std::move(tar)},
            {"tar_interval", std::move(intervals)},
            {"tar_measured", std::move(measured)},
            {"images_per_second", milliseconds > 0 ? 1e3 / milliseconds : 0.0},
            {"ms_read", figures.milliseconds_read},
            {"ms_find", figures.milliseconds_find},
            {"ms_embed", figures.milliseconds_embed}};
  if (figures.groups) json["differential"] = groups_json(*figures.groups);
  fmt::print("{}\n", json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void print_table(const VerifyFigures& figures) {
  fmt::print("{} pairs ({} mated) of {} images, {} of them without a face; {}\n\n", figures.pairs, figures.mated,
             figures.images, figures.failed.size(), figures.version);
  fmt::print("{:<34} {:.4f}   chosen on {}\n", "threshold", figures.threshold,
             figures.threshold_chosen_elsewhere ? "other pairs" : "these very pairs, which flatters");
  print_estimate("accuracy", figures.accuracy);
  fmt::print("{:<34} {:.4f}\n", "equal error rate", figures.equal_error_rate);
  print_estimate("false match rate", figures.fmr);
  print_estimate("false non-match rate", figures.fnmr);
  for (const eval::OperatingPoint& point : figures.points) {
    print_estimate(
        fmt::format("true accept rate at FMR {}{}", rate_name(point.wanted_fmr), point.supported ? "" : " *"),
        point.tar);
  }
  fmt::print("* fewer non-mated pairs than that rate needs: accepted above the highest non-mated score\n");
  if (figures.groups) {
    fmt::print("\n{:<20} {:>8} {:>9} {:>8} {:>8}\n", "group", "mated", "non-mated", "FMR", "FNMR");
    for (const auto& [name, rates] : figures.groups->groups) {
      fmt::print("{:<20} {:>8} {:>9} {:>8.4f} {:>8.4f}{}\n", name, rates.mated, rates.non_mated, rates.fmr.value,
                 rates.fnmr.value, rates.within ? "" : "   more than a quarter above all together");
    }
  }
  fmt::print("\n{:.1f} ms an image: {:.1f} read, {:.1f} find the face, {:.1f} template\n",
             figures.milliseconds_read + figures.milliseconds_find + figures.milliseconds_embed,
             figures.milliseconds_read, figures.milliseconds_find, figures.milliseconds_embed);
}

void print_json(const LivenessFigures& figures) {
  Json attacks = Json::object();
  for (const auto& [species, apcer] : figures.figures.apcer) {
    attacks[species] = {
        {"images", figures.attacks.at(species)}, {"apcer", apcer.value}, {"apcer_interval", interval(apcer)}};
  }
  const Json json{{"live", figures.live},
                  {"bpcer", figures.figures.bpcer.value},
                  {"bpcer_interval", interval(figures.figures.bpcer)},
                  {"attacks", std::move(attacks)},
                  {"apcer_worst", figures.figures.apcer_worst},
                  {"acer", figures.figures.acer},
                  {"without_face", figures.without_face},
                  {"threshold", figures.threshold},
                  {"ms_per_image", figures.milliseconds_per_image}};
  fmt::print("{}\n", json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void print_table(const LivenessFigures& figures) {
  print_estimate(fmt::format("BPCER, {} live", figures.live), figures.figures.bpcer);
  for (const auto& [species, apcer] : figures.figures.apcer) {
    print_estimate(fmt::format("APCER, {} {}", figures.attacks.at(species), species), apcer);
  }
  fmt::print("{} pictures without a face, counted as not accepted; {:.1f} ms an image\n", figures.without_face,
             figures.milliseconds_per_image);
}

template <typename Figures>
int report(const Result<Figures>& figures, bool json) {
  if (!figures) {
    fmt::print(stderr, "regard eval: {}\n", figures.error().message());
    return bad_input;
  }
  json ? print_json(*figures) : print_table(*figures);
  return 0;
}

/// "print=DIR" into species and folder.
std::map<std::string, std::filesystem::path> attacks_of(const std::vector<std::string>& words) {
  std::map<std::string, std::filesystem::path> attacks;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == word.size()) {
      throw CLI::ValidationError("--attack", "\"" + word + "\" is not SPECIES=DIR");
    }
    attacks[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return attacks;
}

std::filesystem::path folder_of(const std::filesystem::path& given) {
  return given.empty() ? infer::default_folder() : given;
}

}  // namespace

void add_eval_verify(CLI::App& eval, int& exit_status, const bool& json, OpenGate open_gate) {
  auto run = std::make_shared<VerifyRun>();
  CLI::App* command = eval.add_subcommand("verify", "Pairs of faces: how often the same person is told from another");
  command->add_option("--root", run->root, "Folder below which the pairs' images are")->required();
  command->add_option("--pairs", run->pairs, "File of lines `path path 0|1`, 1 for the same person")->required();
  command->add_option("--threshold-from", run->threshold_from, "Other pairs on which the threshold is chosen");
  command->add_option("--groups", run->groups, "File of lines `path group`: compare error rates between groups");
  command->add_option("--networks", run->networks, "One or two face template networks (default: the preferred one)")
      ->delimiter(',');
  command->add_option("--models", run->models, "Folder of installed networks");
  command->add_option("--det", run->det, "Write threshold, FMR and FNMR to this CSV file");
  command->add_option("--plot", run->plot, "Draw FNMR over FMR into this SVG file");
  command->add_option("--threads", run->threads, "Threads of the networks")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->callback([run, &exit_status, &json, open_gate = std::move(open_gate)] {
    const std::unique_ptr<Clock> clock = system_clock();
    run->models = folder_of(run->models);
    const auto gate = open_gate(*clock);
    if (!gate) {
      exit_status = report(Result<VerifyFigures>{tl::unexpected{gate.error()}}, json);
      return;
    }
    const consent::Actor actor{"cli:" + std::to_string(::getuid())};
    exit_status = report(run_verify(*run, **gate, actor, *clock), json);
  });
}

void add_eval_liveness(CLI::App& eval, int& exit_status, const bool& json) {
  auto run = std::make_shared<LivenessRun>();
  auto attacks = std::make_shared<std::vector<std::string>>();
  CLI::App* command = eval.add_subcommand("liveness", "Live faces and attacks: how often each is taken for the other");
  command->add_option("--live", run->live, "Folder of images of live people, with all folders below")->required();
  command->add_option("--attack", *attacks, "SPECIES=DIR: images of one kind of attack; may be given several times")
      ->required();
  command->add_option("--models", run->models, "Folder of installed networks");
  command->callback([run, attacks, &exit_status, &json] {
    const std::unique_ptr<Clock> clock = system_clock();
    run->models = folder_of(run->models);
    run->attacks = attacks_of(*attacks);
    exit_status = report(run_liveness(*run, *clock), json);
  });
}

}  // namespace regard::app
