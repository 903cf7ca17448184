// verification: how well two pictures of one person are told from pictures of two, and live people from pictures.
// Terms of ISO/IEC 19795-1 and ISO/IEC 30107-3. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/core.h"
#include "eval/eval.h"

namespace regard::eval {

// ---- One comparison against one: false match rate (FMR) and false non-match rate (FNMR) ----

/// One comparison. It is a match when its score is at least the threshold; one without a score (a picture without a
/// usable face) never matches, so that failures to acquire count as errors of mated pairs.
struct Comparison {
  std::optional<float> score;
  bool mated = false;
};

/// Right decisions at `threshold`, with Wilson's interval.
[[nodiscard]] Estimate accuracy(std::span<const Comparison> comparisons, float threshold);

/// The threshold with the most right decisions: the middle of the widest gap between neighbouring scores that reaches
/// that number. 0 when nothing has a score.
[[nodiscard]] float best_threshold(std::span<const Comparison> comparisons);

/// One point of the detection error trade-off.
struct DetPoint {
  float threshold = 0;
  double fmr = 0;
  double fnmr = 0;
};
/// All points where a rate changes, by rising threshold; empty without mated or without non-mated comparisons.
[[nodiscard]] std::vector<DetPoint> det_curve(std::span<const Comparison> comparisons);

/// Where FMR and FNMR meet: half their sum at the point where they differ least. 0 for an empty curve.
[[nodiscard]] double equal_error_rate(std::span<const DetPoint> curve);

/// What is accepted at a false match rate that was asked for.
struct OperatingPoint {
  double wanted_fmr = 0;
  float threshold = 0;  ///< the lowest at which FMR is at most `wanted_fmr`
  Estimate fmr;
  Estimate tar;           ///< true accept rate, 1 - FNMR
  bool supported = true;  ///< false: fewer non-mated comparisons than 1 / wanted_fmr, so the rate is not measured
};
[[nodiscard]] OperatingPoint operating_point(std::span<const Comparison> comparisons, double wanted_fmr);

// ---- One against many, where most are not enrolled (ISO/IEC 19795-1: open-set identification) ----

/// What one probe scored against a gallery. A probe without a usable face has no scores.
struct GalleryProbe {
  bool mated = false;               ///< the person is enrolled
  std::optional<float> mate;        ///< best score against the person's own references
  std::optional<float> best_other;  ///< best score against anybody else
};
struct OpenSetFigures {
  float threshold = 0;  ///< the lowest at which FPIR is at most what was wanted
  Estimate fpir;        ///< probes of people who are not enrolled that were given a name
  Estimate fnir;        ///< probes of enrolled people that were not given the right name
};
[[nodiscard]] float open_set_threshold(std::span<const GalleryProbe> probes, double wanted_fpir);
/// At a threshold that was chosen before.
[[nodiscard]] OpenSetFigures open_set(std::span<const GalleryProbe> probes, float threshold);

// ---- Differences between groups ----

struct GroupComparison {
  Comparison comparison;
  std::string group;  ///< of both pictures; pairs across groups are left out
};
struct GroupRates {
  std::uint64_t mated = 0;
  std::uint64_t non_mated = 0;
  Estimate fmr;
  Estimate fnmr;
  bool within = true;  ///< see below
};
struct Differential {
  std::map<std::string, GroupRates> groups;
  Estimate fmr;   ///< of all groups together
  Estimate fnmr;  ///< the same
  bool within = true;
};
/// Rates of every group at `threshold`, and whether each is at most a quarter above the rate of all together: the bound
/// that NIST SP 800-63A-4 sets for differences between groups. A group is called out only when even the low end of its
/// interval is above the bound: fewer pairs can show less. Groups are the caller's words; nothing here guesses them.
[[nodiscard]] Differential differential(std::span<const GroupComparison> comparisons, float threshold);
inline constexpr double allowed_excess = 0.25;

// ---- Presentation attacks: APCER and BPCER ----

struct AttackFigures {
  Estimate bpcer;                         ///< live presentations taken for attacks
  std::map<std::string, Estimate> apcer;  ///< attacks taken for live people, by species
  double apcer_worst = 0;                 ///< of the species that works best
  double acer = 0;                        ///< mean of bpcer and the worst apcer
};
/// Scores are 0 attack .. 1 live; accepted as live from `threshold`. A presentation without a score was not accepted.
[[nodiscard]] AttackFigures score_attacks(std::span<const std::optional<float>> live,
                                          const std::map<std::string, std::vector<std::optional<float>>>& attacks,
                                          float threshold);

// ---- Files ----

struct PairRow {
  std::string first;  ///< path below the root
  std::string second;
  bool mated = false;
};
/// Reads lines `path path 0|1`, columns separated by blanks or by one tab. Errors: corrupt, with the line; `name` is
/// the file's.
[[nodiscard]] Result<std::vector<PairRow>> parse_pairs(std::string_view text, const std::string& name);

/// Reads lines `path group`: the group of every picture. Errors: corrupt (also a picture with two groups).
[[nodiscard]] Result<std::map<std::string, std::string>> parse_groups(std::string_view text, const std::string& name);

/// "threshold,fmr,fnmr" and a line for each point.
[[nodiscard]] std::string det_csv(std::span<const DetPoint> curve);
/// The curve as a picture (SVG 1.1) with logarithmic axes; `title` is drawn above it.
[[nodiscard]] std::string det_svg(std::span<const DetPoint> curve, std::string_view title);

}  // namespace regard::eval
