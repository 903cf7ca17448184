#include "app/io/eval_verify.h"

#include <set>

#include "app/io/eval_parts.h"
#include "app/io/stopwatch.h"
#include "app/people.h"
#include "capture/capture.h"
#include "crypto/crypto.h"
#include "image/image.h"

namespace regard::app {
namespace {

namespace fs = std::filesystem;

/// Makes templates and compares them under one permit for one list of pairs. Confined to one thread.
class Comparer {
 public:
  Comparer(const fs::path& root, const detect::FaceDetector& detector, const embed::FaceEmbedder& embedder,
           consent::EvaluatePermit permit, const Clock& clock)
      : root_{root},
        detector_{detector},
        embedder_{embedder},
        permit_{std::move(permit)},
        clock_{clock},
        read_{clock},
        find_{clock},
        embed_{clock} {}

  Result<std::vector<eval::Comparison>> compare(const std::vector<eval::PairRow>& rows) {
    for (const eval::PairRow& row : rows) {
      ++uses_[row.first];
      ++uses_[row.second];
    }
    std::vector<eval::Comparison> comparisons;
    for (const eval::PairRow& row : rows) {
      for (const std::string* path : {&row.first, &row.second}) {
        if (auto made = prepare(*path); !made) return pass_on(std::move(made));
      }
      const std::optional<embed::Template>& a = templates_.at(row.first);
      const std::optional<embed::Template>& b = templates_.at(row.second);
      eval::Comparison comparison{std::nullopt, row.mated};
      if (a && b) {
        auto score = embed::compare(permit_, *a, *b, clock_);
        if (!score) return pass_on(std::move(score));
        comparison.score = *score;
      }
      comparisons.push_back(comparison);
      release(row.first);
      release(row.second);
    }
    return comparisons;
  }

  void report(VerifyFigures& figures) const {
    figures.images = uses_.size();
    figures.failed = failed_;
    figures.milliseconds_read = read_.milliseconds_each();
    figures.milliseconds_find = find_.milliseconds_each();
    figures.milliseconds_embed = embed_.milliseconds_each();
  }

 private:
  Result<void> prepare(const std::string& path) {
    if (templates_.contains(path)) return {};
    auto pixels = read_.time([&] { return image::read(root_ / path); });
    if (!pixels) return pass_on(std::move(pixels));
    const auto picture = capture::make_picture(std::move(*pixels));
    auto faces = find_.time([&] { return detector_.detect(*picture); });
    if (!faces) return pass_on(std::move(faces));
    const detect::Detection* const face = central_face(*faces, picture->size());
    if (face == nullptr) {
      failed_.push_back(path);
      templates_.emplace(path, std::nullopt);
      return {};
    }
    auto made = embed_.time([&] { return embedder_.embed(*picture, *face->points, permit_); });
    if (!made) return pass_on(std::move(made));
    templates_.emplace(path, std::move(*made));
    return {};
  }

  /// Forgets the template when no pair needs it any more.
  void release(const std::string& path) {
    if (--uses_.at(path) == 0) templates_.at(path).reset();
  }

  const fs::path& root_;
  const detect::FaceDetector& detector_;
  const embed::FaceEmbedder& embedder_;
  consent::EvaluatePermit permit_;
  const Clock& clock_;
  std::map<std::string, std::uint64_t> uses_;
  std::map<std::string, std::optional<embed::Template>> templates_;
  std::vector<std::string> failed_;
  Stopwatch read_, find_, embed_;
};

Result<std::vector<eval::PairRow>> read_pairs(const fs::path& file) {
  auto text = read_text(file);
  if (!text) return pass_on(std::move(text));
  return eval::parse_pairs(*text, file.string());
}

std::set<std::string> pictures_of(const std::vector<eval::PairRow>& rows) {
  std::set<std::string> pictures;
  for (const eval::PairRow& row : rows) {
    pictures.insert(row.first);
    pictures.insert(row.second);
  }
  return pictures;
}

/// Asks the gate; the log then holds the digest of the list of pictures and how many templates may be made.
Result<consent::EvaluatePermit> ask(consent::Gate& gate, const consent::Actor& actor,
                                    const std::vector<eval::PairRow>& rows) {
  const std::set<std::string> pictures = pictures_of(rows);
  std::string list;
  for (const std::string& picture : pictures) list += picture + "\n";
  return gate.evaluate({actor, crypto::to_hex(crypto::sha256(crypto::bytes_of(list))), pictures.size()});
}

Result<std::optional<eval::Differential>> compare_groups(const VerifyRun& run, const std::vector<eval::PairRow>& rows,
                                                         const std::vector<eval::Comparison>& comparisons,
                                                         float threshold) {
  if (run.groups.empty()) return std::nullopt;
  auto text = read_text(run.groups);
  if (!text) return pass_on(std::move(text));
  const auto groups = eval::parse_groups(*text, run.groups.string());
  if (!groups) return tl::unexpected{groups.error()};
  std::vector<eval::GroupComparison> within;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto first = groups->find(rows[i].first);
    const auto second = groups->find(rows[i].second);
    if (first == groups->end() || second == groups->end() || first->second != second->second) continue;
    within.push_back({comparisons[i], first->second});
  }
  return eval::differential(within, threshold);
}

eval::OperatingPoint at(const std::vector<eval::Comparison>& comparisons, float threshold) {
  eval::OperatingPoint point;
  std::uint64_t mated = 0;
  std::uint64_t matches = 0;
  std::uint64_t false_matches = 0;
  for (const eval::Comparison& one : comparisons) {
    const bool match = one.score && *one.score >= threshold;
    mated += one.mated ? 1 : 0;
    matches += one.mated && match ? 1 : 0;
    false_matches += !one.mated && match ? 1 : 0;
  }
  point.fmr = eval::proportion(false_matches, comparisons.size() - mated);
  point.tar = eval::proportion(matches, mated);
  return point;
}

Result<void> write_curve(const VerifyRun& run, const std::vector<eval::DetPoint>& curve, const std::string& title) {
  if (!run.det.empty()) {
    if (auto written = write_text(run.det, eval::det_csv(curve)); !written) return written;
  }
  if (!run.plot.empty()) return write_text(run.plot, eval::det_svg(curve, title));
  return {};
}

}  // namespace

Result<VerifyFigures> run_verify(const VerifyRun& run, consent::Gate& gate, const consent::Actor& actor,
                                 const Clock& clock) {
  const auto detector = open_portrait_detector(run.with);
  if (!detector) return tl::unexpected{detector.error()};
  const auto embedder = open_face_embedder(run.with, clock, run.networks);
  if (!embedder) return tl::unexpected{embedder.error()};
  const auto rows = read_pairs(run.pairs);
  if (!rows) return tl::unexpected{rows.error()};

  const auto compare = [&](const std::vector<eval::PairRow>& list,
                           VerifyFigures* figures) -> Result<std::vector<eval::Comparison>> {
    auto permit = ask(gate, actor, list);
    if (!permit) return pass_on(std::move(permit));
    Comparer comparer{run.root, *detector, *embedder, std::move(*permit), clock};
    auto comparisons = comparer.compare(list);
    if (comparisons && figures != nullptr) comparer.report(*figures);
    return comparisons;
  };

  VerifyFigures figures;
  figures.version = embedder->version().value;
  std::optional<float> threshold;
  if (!run.threshold_from.empty()) {
    const auto other = read_pairs(run.threshold_from);
    if (!other) return tl::unexpected{other.error()};
    const auto comparisons = compare(*other, nullptr);
    if (!comparisons) return tl::unexpected{comparisons.error()};
    threshold = eval::best_threshold(*comparisons);
    figures.threshold_chosen_elsewhere = true;
  }
  const auto comparisons = compare(*rows, &figures);
  if (!comparisons) return tl::unexpected{comparisons.error()};
  figures.threshold = threshold ? *threshold : eval::best_threshold(*comparisons);
  figures.pairs = rows->size();
  for (const eval::PairRow& row : *rows) figures.mated += row.mated ? 1 : 0;
  figures.accuracy = eval::accuracy(*comparisons, figures.threshold);
  const std::vector<eval::DetPoint> curve = eval::det_curve(*comparisons);
  figures.equal_error_rate = eval::equal_error_rate(curve);
  const eval::OperatingPoint chosen = at(*comparisons, figures.threshold);
  figures.fmr = chosen.fmr;
  figures.fnmr = {1 - chosen.tar.value, 1 - chosen.tar.high, 1 - chosen.tar.low};
  for (const double fmr : {1e-2, 1e-3, 1e-4, 1e-5}) figures.points.push_back(eval::operating_point(*comparisons, fmr));
  auto groups = compare_groups(run, *rows, *comparisons, figures.threshold);
  if (!groups) return pass_on(std::move(groups));
  figures.groups = std::move(*groups);
  if (auto written = write_curve(run, curve, figures.version); !written) return pass_on(std::move(written));
  return figures;
}

}  // namespace regard::app
