// `regard eval verify` and `regard eval liveness` before anything is printed: files in, figures out.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/networks.h"
#include "consent/consent.h"
#include "eval/verification.h"

namespace regard::app {

struct VerifyRun {
  std::filesystem::path root;            ///< paths of the pairs are below it
  std::filesystem::path pairs;           ///< lines `path path 0|1`
  std::filesystem::path threshold_from;  ///< the same, to choose the threshold; empty: the most accurate on `pairs`
  std::filesystem::path groups;          ///< lines `path group`; empty: no comparison of groups
  std::vector<std::string> networks;     ///< names; none: the preferred installed one
  std::filesystem::path det;             ///< CSV to write; empty: none
  std::filesystem::path plot;            ///< SVG to write; empty: none
  NetworkOptions with;
};

struct VerifyFigures {
  std::string version;  ///< of the templates: networks and checksums
  std::uint64_t pairs = 0;
  std::uint64_t mated = 0;
  std::uint64_t images = 0;
  std::vector<std::string> failed;  ///< images without a face
  bool threshold_chosen_elsewhere = false;
  float threshold = 0;
  eval::Estimate accuracy;
  double equal_error_rate = 0;
  eval::Estimate fmr;  ///< at `threshold`
  eval::Estimate fnmr;
  std::vector<eval::OperatingPoint> points;  ///< at FMR 1e-2, 1e-3, 1e-4, 1e-5
  std::optional<eval::Differential> groups;
  double milliseconds_read = 0;  ///< each, of one image: reading and decoding the file
  double milliseconds_find = 0;
  double milliseconds_embed = 0;
};

/// Compares every pair. Templates live no longer than the pairs that need them. Errors: not_found, corrupt, denied
/// (the gate), those of the networks.
[[nodiscard]] Result<VerifyFigures> run_verify(const VerifyRun& run, consent::Gate& gate, const consent::Actor& actor,
                                               const Clock& clock);

struct LivenessRun {
  std::filesystem::path live;                            ///< folder of images of live people
  std::map<std::string, std::filesystem::path> attacks;  ///< species -> folder of images
  NetworkOptions with;
};

struct LivenessFigures {
  std::uint64_t live = 0;
  std::map<std::string, std::uint64_t> attacks;
  std::uint64_t without_face = 0;  ///< of all; they are not accepted
  float threshold = 0;
  eval::AttackFigures figures;
  double milliseconds_per_image = 0;
};

/// Judges every picture alone. Nobody is recognised, so no permit is needed. Errors: not_found, those of the networks.
[[nodiscard]] Result<LivenessFigures> run_liveness(const LivenessRun& run, const Clock& clock);

}  // namespace regard::app
