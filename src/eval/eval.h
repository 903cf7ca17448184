// eval: figures of merit, given truth and output. Pure; nothing here reads a file or runs a network.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/core.h"
#include "detect/detect.h"

namespace regard::eval {

/// A figure with its 95 % confidence interval.
struct Estimate {
  double value = 0;
  double low = 0;
  double high = 0;
};

/// `hits` of `trials` as a proportion with Wilson's score interval. Wilson, J. Am. Stat. Assoc. 22, 1927. 0 of 0 is 0
/// with the interval 0..1. `hits` is at most `trials`.
[[nodiscard]] Estimate proportion(std::uint64_t hits, std::uint64_t trials);

// ---- Detection ----

/// Where an object truly is. A crowd is a region of many objects that are not told apart: detections on it are neither
/// right nor wrong, and it need not be found.
struct TruthBox {
  detect::ObjectClass object;
  PixelBox box;
  bool crowd = false;
};

/// One picture: what is there and what was found. Persons count as class 0; faces are left out.
struct JudgedImage {
  std::vector<TruthBox> truth;
  std::vector<detect::Detection> found;
};

/// How well one class is found.
struct ClassScores {
  double ap50 = 0;           ///< average precision at IoU .50
  double ap50_95 = 0;        ///< mean of the average precisions at IoU .50, .55, ... .95
  std::uint64_t truths = 0;  ///< objects that are there, crowds apart
  std::uint64_t found = 0;   ///< of them, found at IoU .50 with at least the working threshold
  std::uint64_t wrong = 0;   ///< detections of at least the working threshold that are nothing, at IoU .50
};

struct DetectionScores {
  std::map<detect::ObjectClass, ClassScores> classes;  ///< those that occur in the truth
  double ap50 = 0;                                     ///< mean over `classes`
  double ap50_95 = 0;
};

/// Average precision as COCO defines it: per picture and class the 100 best detections, each joined with the best free
/// truth at least as near as the IoU asked for, 101 recall points, precision made falling. Source: Lin et al., ECCV
/// 2014, and pycocotools' cocoeval.py. `working_threshold` is the score from which `found` and `wrong` count.
[[nodiscard]] DetectionScores score_detections(std::span<const JudgedImage> images, Score working_threshold);

/// The same figures with 95 % intervals: the bootstrap over pictures, `rounds` times, deterministic for a seed.
/// Source: Efron, "Bootstrap methods", Ann. Stat. 7, 1979; percentile method.
struct DetectionEstimates {
  Estimate ap50;
  Estimate ap50_95;
  Estimate ap50_person;
  Estimate ap50_95_person;
};
[[nodiscard]] DetectionEstimates bootstrap_detections(std::span<const JudgedImage> images, std::uint64_t seed,
                                                      int rounds);

// ---- Tracking ----

struct NumberedBox {
  std::uint64_t id = 0;
  PixelBox box;
};

/// One frame: who is there, where it does not matter, and what was followed. No number occurs twice in one list.
struct JudgedFrame {
  std::vector<NumberedBox> truth;
  std::vector<PixelBox> ignored;
  std::vector<NumberedBox> found;
};

struct TrackingScores {
  std::uint64_t frames = 0;
  std::uint64_t truths = 0;  ///< true boxes
  std::uint64_t misses = 0;
  std::uint64_t false_positives = 0;
  std::uint64_t switches = 0;  ///< times a true identity got another number than before
  double mota = 0;             ///< 1 - (misses + false positives + switches) / truths; may be below 0
  double motp = 0;             ///< mean overlap of the joined pairs
  double idf1 = 0;
  double hota = 0;  ///< mean over IoU .05, .10, ... .95 of sqrt(deta * assa)
  double deta = 0;
  double assa = 0;
};

/// The common measures of tracking at IoU .50 (HOTA over all). A found box joined with an ignored one is left out
/// before. Sources: Bernardin and Stiefelhagen, "CLEAR MOT", 2008; Ristani et al., "Performance Measures and a Data Set
/// for Multi-Target, Multi-Camera Tracking", 2016; Luiten et al., "HOTA", IJCV 2020; details as in TrackEval.
[[nodiscard]] TrackingScores score_tracking(std::span<const JudgedFrame> frames);

/// Numbers the visits of people whom the truth knows by person: who was out of the picture for longer than `absence` is
/// somebody new, as to any tracker that recognises nobody. Confined to one thread.
class Visits {
 public:
  explicit Visits(Duration absence) : absence_{absence} {}
  /// The number (1, 2, ...) of the visit of `person`, who is in the picture at `position`, hidden or not. Ask in every
  /// frame; `position` must not fall.
  [[nodiscard]] std::uint64_t number(std::uint64_t person, Duration position);
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  struct Visit {
    std::uint64_t number = 0;
    Duration last{};
  };
  Duration absence_;
  std::map<std::uint64_t, Visit> visits_;
  std::uint64_t count_ = 0;
};

// ---- Formats ----

/// One line of MOTChallenge ground truth: frame,id,x,y,w,h,conf[,...]. Boxes in pixels; conf 0 means "ignore".
struct MotRow {
  std::uint64_t frame = 0;
  std::uint64_t id = 0;
  PixelBox box;
  bool ignored = false;
};
/// Reads ground truth in MOTChallenge columns, sorted by frame and number. Errors: corrupt, with the line; `name` is
/// the file's.
[[nodiscard]] Result<std::vector<MotRow>> parse_mot_truth(std::string_view text, const std::string& name);

/// One line of a label file: class cx cy w h, the centre and size as fractions of the picture.
struct LabelRow {
  detect::ObjectClass object;
  NormalizedBox box;
};
/// Reads labels of the 80 COCO classes. The format knows no crowds: every line is an object. Errors: corrupt, with the
/// line.
[[nodiscard]] Result<std::vector<LabelRow>> parse_labels(std::string_view text, const std::string& name);

}  // namespace regard::eval
