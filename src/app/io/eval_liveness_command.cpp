#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/eval_command.h"
#include "app/io/eval_verify.h"
#include "infer/packs.h"

namespace regard::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr int bad_input = 2;

struct Options {
  LivenessRun run;
  std::vector<std::string> attacks;
  bool json = false;
};

Json interval(const eval::Estimate& estimate) { return {estimate.low, estimate.high}; }

void print_estimate(const std::string& name, const eval::Estimate& estimate) {
  fmt::print("{:<28} {:.4f}   95 % interval {:.4f} .. {:.4f}\n", name, estimate.value, estimate.low, estimate.high);
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

/// Reads "print=DIR". Errors: invalid_input.
Result<void> read_attacks(Options& options) {
  for (const std::string& word : options.attacks) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == word.size()) {
      return fail(ErrorKind::invalid_input, "reading --attack " + word, "it is not SPECIES=DIR",
                  "write for example --attack print=folder");
    }
    options.run.attacks[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return {};
}

Result<LivenessFigures> run(Options& options) {
  if (auto read = read_attacks(options); !read) return pass_on(std::move(read));
  if (options.run.models.empty()) options.run.models = infer::default_folder();
  return run_liveness(options.run, *system_clock());
}

}  // namespace

void add_eval_liveness_command(CLI::App& eval, int& exit_status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = eval.add_subcommand("liveness", "Live faces and attacks: how often each is taken for the other");
  command->add_option("--live", options->run.live, "Folder of images of live people, with all folders below")
      ->required();
  command
      ->add_option("--attack", options->attacks,
                   "SPECIES=DIR: images of one kind of attack; may be given several times")
      ->required();
  command->add_option("--models", options->run.models, "Folder of installed networks");
  command->add_flag("--json", options->json, "Print one JSON object");
  command->callback([options, &exit_status] {
    const auto figures = run(*options);
    if (!figures) {
      fmt::print(stderr, "regard eval: {}\n", figures.error().message());
      exit_status = bad_input;
      return;
    }
    options->json ? print_json(*figures) : print_table(*figures);
    exit_status = 0;
  });
}

}  // namespace regard::app
