// The templates of one gallery in memory, searched exactly: no template that would have been first is ever passed over,
// but for a chance of 3 in 100,000 that is stated where it is taken (logic/codes.cpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/core.h"
#include "crypto/crypto.h"
#include "gallery/logic/codes.h"

namespace regard::gallery {

/// A subject's number in the index.
using SubjectNumber = std::uint32_t;

struct IndexedRow {
  std::uint64_t row = 0;
  Timestamp from;
  Timestamp until;
  SubjectNumber subject = 0;
};

/// Reads the vector of a row whose floats are not in memory; empty when it is gone: then it is no hit.
using ExactVectors = std::function<std::optional<crypto::SecretBytes>(const IndexedRow& row)>;

/// What searches read beyond the sketches, which they read whole.
struct SearchCost {
  std::uint64_t ranked = 0;  ///< templates whose bytes were read
  std::uint64_t exact = 0;   ///< templates that were scored exactly
};

struct SearchLimits {
  std::size_t subjects = 2;              ///< how many different ones are wanted
  float floor = -2;                      ///< nothing below this cosine is of interest
  Timestamp now;                         ///< rows that may not be searched then are passed over
  std::optional<SubjectNumber> without;  ///< a subject that is passed over
  int threads = 1;
  SearchCost* cost = nullptr;  ///< counted up when given
};

struct Hit {
  SubjectNumber subject = 0;
  std::uint64_t row = 0;
  float score = 0;
};

/// Three stages, each reading a fraction of what the next one would: sketches of one bit a value rule out, bytes rank,
/// floats decide. All vectors lie in SecretBytes and are wiped when they go. Of 512 values a template takes 588 bytes
/// and some 70 for its row; with floats 2,048 more.
/// Not locked: one writer or many readers.
class Index {
 public:
  /// Floats are dropped when there are more than `most_floats` templates; then `ExactVectors` is asked for the few that
  /// the bytes cannot tell apart.
  explicit Index(std::size_t dimension, std::size_t most_floats = 50'000);
  ~Index();
  Index(Index&&) noexcept;
  Index& operator=(Index&&) noexcept;

  [[nodiscard]] std::size_t dimension() const { return dimension_; }
  [[nodiscard]] std::size_t size() const { return places_.size(); }
  /// Adds a row, or replaces the one of that number. `unit` has length one.
  void put(const IndexedRow& row, std::span<const float> unit);
  /// Removes a row and wipes it; whose it was, or empty when it is not there.
  std::optional<SubjectNumber> erase(std::uint64_t row);

  /// The best hit of each of the best subjects, best first. `exact` may be empty: then scores of rows without floats
  /// are those of their bytes, off by at most .002 or so.
  [[nodiscard]] std::vector<Hit> search(const Query& query, const SearchLimits& limits,
                                        const ExactVectors& exact) const;
  /// The same for several probes at once, which share the reading of the index.
  [[nodiscard]] std::vector<std::vector<Hit>> search(std::span<const Query> queries, const SearchLimits& limits,
                                                     const ExactVectors& exact) const;
  /// The best hit of one subject.
  [[nodiscard]] std::optional<Hit> compare(const Query& query, SubjectNumber subject, Timestamp now,
                                           const ExactVectors& exact) const;

 private:
  struct Chunk;
  struct Place {
    std::size_t chunk;
    std::size_t slot;
  };
  class Ranking;
  [[nodiscard]] Place place_of(std::size_t position) const;
  void write(Place place, const IndexedRow& row, std::span<const float> unit);
  void move(Place from, Place to);
  void clear(Place place);
  struct Workspace;
  void scan(std::size_t first, std::size_t last, const Query& query, const SearchLimits& limits, Ranking& ranking,
            Workspace& workspace) const;
  void rank(std::size_t first, std::span<const std::uint32_t> numbers, const Query& query, const SearchLimits& limits,
            Ranking& ranking) const;
  void scan_all(std::span<const Query> queries, const SearchLimits& limits, std::span<Ranking> rankings,
                std::size_t first, std::size_t last) const;
  [[nodiscard]] float score_bytes(const Chunk& chunk, std::size_t slot, const Query& query) const;
  [[nodiscard]] std::optional<float> score(Place place, const Query& query, const ExactVectors& exact) const;
  [[nodiscard]] std::vector<Hit> decide(Ranking& ranking, const Query& query, const SearchLimits& limits,
                                        const ExactVectors& exact) const;

  std::size_t dimension_;
  std::size_t padded_;
  std::size_t most_floats_;
  float widest_step_ = 0;  ///< of all bytes written so far: bounds the error of every score from bytes
  bool floats_kept_ = true;
  std::vector<Chunk> chunks_;
  std::unordered_map<std::uint64_t, std::uint32_t> places_;  ///< row to position
};

}  // namespace regard::gallery
