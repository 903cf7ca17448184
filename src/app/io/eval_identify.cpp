// `regard eval identify`: people who do not exist are enrolled, and looked for among as many who are not.
#include <fmt/core.h>

#include <array>
#include <cmath>
#include <map>

#include "app/eval_command.h"
#include "app/io/data_command.h"
#include "app/people.h"
#include "app/people_commands.h"
#include "cast/cast.h"
#include "eval/verification.h"

namespace regard::app {
namespace {

constexpr Size portrait_size{640, 640};
/// Moments of a portrait in seconds: of the references, where the person looks ahead, and of the probes, where the head
/// is turned by up to 28 degrees. The light moves all the time.
constexpr std::array reference_times{0.0, 0.12, 0.96};
constexpr std::array probe_times{0.32, 0.56, 1.32, 1.64};

struct IdentifyOptions : DataCommand {
  std::uint64_t people = 100;
  std::uint64_t enrolled = 50;
  std::uint64_t seed = 1;
  std::uint64_t threshold_seed = 0;
  double fpir = 0.01;
  NetworkOptions networks;
};

/// Templates of one cast, made under one permit.
class Cast {
 public:
  Cast(const detect::FaceDetector& detector, const embed::FaceEmbedder& embedder, consent::EvaluatePermit permit,
       const Clock& clock, std::uint64_t seed)
      : detector_{detector}, embedder_{embedder}, permit_{std::move(permit)}, clock_{clock}, seed_{seed} {}

  /// Every probe of `people` against the references of the first `enrolled`.
  Result<std::vector<eval::GalleryProbe>> probes(std::uint64_t people, std::uint64_t enrolled) {
    std::vector<std::vector<embed::Template>> references(enrolled);
    std::vector<std::vector<std::optional<embed::Template>>> taken(people);
    for (std::uint64_t i = 0; i < people; ++i) {
      // One stage for all moments of a person: sculpting costs more than drawing.
      cast::Stage stage{{.kind = cast::SceneKind::portrait,
                         .seed = seed_,
                         .people = 1,
                         .first = i + 1,
                         .size = portrait_size,
                         .attack = {}}};
      for (const double time : reference_times) {
        if (i >= enrolled) break;
        auto made = look(stage, time);
        if (!made) return pass_on(std::move(made));
        if (*made) references[i].push_back(std::move(**made));
      }
      for (const double time : probe_times) {
        auto made = look(stage, time);
        if (!made) return pass_on(std::move(made));
        taken[i].push_back(std::move(*made));
      }
    }
    std::vector<eval::GalleryProbe> all;
    for (std::uint64_t i = 0; i < people; ++i) {
      for (const std::optional<embed::Template>& probe : taken[i]) {
        all.push_back({i < enrolled, {}, {}});
        if (!probe) continue;
        if (auto scored = score(*probe, i, references, all.back()); !scored) return pass_on(std::move(scored));
      }
    }
    return all;
  }

 private:
  /// The template of one moment; nothing when no face is found.
  Result<std::optional<embed::Template>> look(cast::Stage& stage, double time) {
    const auto frame = static_cast<std::uint64_t>(std::lround(time * stage.options().frames_per_second));
    const auto picture = capture::make_picture(stage.render(frame).picture.pixels());
    auto faces = clear_faces(detector_, *picture);
    if (!faces) return pass_on(std::move(faces));
    if (faces->empty()) return std::optional<embed::Template>{};
    auto made = embedder_.embed(*picture, *faces->front().points, permit_);
    if (!made) return pass_on(std::move(made));
    return std::optional{std::move(*made)};
  }

  Result<void> score(const embed::Template& probe, std::uint64_t person,
                     const std::vector<std::vector<embed::Template>>& references, eval::GalleryProbe& result) {
    for (std::size_t i = 0; i < references.size(); ++i) {
      std::optional<float>& best = i == person ? result.mate : result.best_other;
      for (const embed::Template& reference : references[i]) {
        auto cosine = embed::compare(permit_, probe, reference, clock_);
        if (!cosine) return pass_on(std::move(cosine));
        best = std::max(best.value_or(-1), *cosine);
      }
    }
    return {};
  }

  const detect::FaceDetector& detector_;
  const embed::FaceEmbedder& embedder_;
  consent::EvaluatePermit permit_;
  const Clock& clock_;
  std::uint64_t seed_;
};

Result<std::vector<eval::GalleryProbe>> run(DataFolder& data, const detect::FaceDetector& detector,
                                            const embed::FaceEmbedder& embedder, const IdentifyOptions& options,
                                            std::uint64_t seed) {
  const std::string data_set = fmt::format("cast:portrait?seed={}&people={}", seed, options.people);
  auto permit = data.gate().evaluate({command_line_actor(), crypto::to_hex(crypto::sha256(crypto::bytes_of(data_set))),
                                      options.enrolled * reference_times.size() + options.people * probe_times.size()});
  if (!permit) return pass_on(std::move(permit));
  return Cast{detector, embedder, std::move(*permit), data.clock(), seed}.probes(options.people, options.enrolled);
}

Json json_of(const eval::OpenSetFigures& figures) {
  return {{"threshold", figures.threshold},
          {"fpir", figures.fpir.value},
          {"fpir_interval", {figures.fpir.low, figures.fpir.high}},
          {"fnir", figures.fnir.value},
          {"fnir_interval", {figures.fnir.low, figures.fnir.high}}};
}

void print(const char* what, const eval::OpenSetFigures& figures) {
  fmt::print("{}: threshold {:.3f}, FPIR {:.2f} % ({:.2f} to {:.2f}), FNIR {:.2f} % ({:.2f} to {:.2f})\n", what,
             figures.threshold, 100 * figures.fpir.value, 100 * figures.fpir.low, 100 * figures.fpir.high,
             100 * figures.fnir.value, 100 * figures.fnir.low, 100 * figures.fnir.high);
}

Result<int> identify_cast(DataFolder& data, const IdentifyOptions& options) {
  if (options.enrolled >= options.people || options.enrolled == 0)
    return fail(ErrorKind::invalid_input, "evaluating identification", "somebody must be enrolled, and somebody not",
                "choose --enrolled between 1 and --people");
  auto detector = open_portrait_detector(options.networks);
  if (!detector) return pass_on(std::move(detector));
  auto embedder = open_face_embedder(options.networks, data.clock());
  if (!embedder) return pass_on(std::move(embedder));
  auto probes = run(data, *detector, *embedder, options, options.seed);
  if (!probes) return pass_on(std::move(probes));
  const eval::OpenSetFigures at_rate = eval::open_set(*probes, eval::open_set_threshold(*probes, options.fpir));
  Json json{{"templates", embedder->version().value},
            {"people", options.people},
            {"enrolled", options.enrolled},
            {"probes", probes->size()},
            {"seed", options.seed},
            {"at_fpir", json_of(at_rate)}};
  std::optional<eval::OpenSetFigures> elsewhere;
  if (options.threshold_seed != 0) {
    auto others = run(data, *detector, *embedder, options, options.threshold_seed);
    if (!others) return pass_on(std::move(others));
    elsewhere = eval::open_set(*probes, eval::open_set_threshold(*others, options.fpir));
    json["threshold_seed"] = options.threshold_seed;
    json["at_threshold_chosen_elsewhere"] = json_of(*elsewhere);
  }
  if (options.json) {
    print_json(json);
    return 0;
  }
  fmt::print("{} of {} people enrolled, {} probes; templates {}\n", options.enrolled, options.people, probes->size(),
             embedder->version().value);
  print("at the wanted FPIR", at_rate);
  if (elsewhere) print("threshold of another cast", *elsewhere);
  return 0;
}

}  // namespace

void add_eval_identify_command(CLI::App& eval, int& exit_status) {
  const auto [command, options] = add_data_command(
      eval, "identify", "People who do not exist, some enrolled: are they named, and is nobody else? (open set)",
      identify_cast, exit_status);
  command->add_option("--people", options->people, "How many there are (default 100)");
  command->add_option("--enrolled", options->enrolled, "How many of them are enrolled (default 50)");
  command->add_option("--seed", options->seed, "Decides who they are (default 1)");
  command->add_option("--threshold-seed", options->threshold_seed,
                      "Also choose the threshold on this other cast, as one would for a site");
  command->add_option("--fpir", options->fpir, "Rate of strangers given a name (default 0.01)")
      ->check(CLI::Range(0.0, 1.0));
  add_network_options(*command, options->networks);
}

}  // namespace regard::app
