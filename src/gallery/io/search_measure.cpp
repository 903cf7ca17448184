#include "gallery/search_measure.h"

#include <algorithm>
#include <string>

#include "gallery/io/index.h"
#include "gallery/io/kernels.h"
#include "gallery/io/measuring.h"
#include "gallery/io/random_vectors.h"

namespace regard::gallery {
namespace {

/// The best template of each probe by brute force, seen while the index is filled so that no floats need be kept.
class BruteForce {
 public:
  explicit BruteForce(std::span<const std::vector<float>> probes) : probes_{probes}, best_(probes.size()) {}
  void see(std::uint64_t number, std::span<const float> padded_unit) {
    for (std::size_t i = 0; i < probes_.size(); ++i) {
      const float score = dot_floats(probes_[i].data(), padded_unit.data(), padded_unit.size());
      if (score > best_[i].score) best_[i] = {0, number, score};
    }
  }
  [[nodiscard]] std::uint64_t best(std::size_t probe) const { return best_[probe].row; }

 private:
  std::span<const std::vector<float>> probes_;
  std::vector<Hit> best_;
};

std::vector<std::vector<float>> padded_probes(const SearchRun& run, std::uint64_t size) {
  std::vector<std::vector<float>> probes;
  for (int i = 0; i < run.queries; ++i) {
    probes.push_back(probe_of(run.seed, static_cast<std::uint64_t>(i), size, run.values));
    probes.back().resize(padded(run.values));
  }
  return probes;
}

/// Makes a vector again, in about the time that reading and unsealing one takes.
ExactVectors made_again(const SearchRun& run) {
  return [&run](const IndexedRow& row) -> std::optional<crypto::SecretBytes> {
    crypto::SecretBytes memory{run.values * sizeof(float)};
    fill_unit(run.seed, row.row, floats_of(memory));
    return memory;
  };
}

void time_searches(const SearchRun& run, const Index& index, std::span<const Query> queries, const BruteForce& truth,
                   SearchFigures& figures) {
  SearchCost cost;
  SearchLimits limits{.subjects = 1, .now = {}, .without = {}, .threads = run.threads};
  std::vector<double> mated;
  std::vector<double> non_mated;
  std::uint64_t ranked = 0;
  limits.cost = &cost;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    const std::uint64_t before = cost.ranked;
    const auto start = Clockwork::now();
    const auto hits = index.search(queries[i], limits, made_again(run));
    (i % 2 == 0 ? mated : non_mated).push_back(milliseconds_since(start));
    if (i % 2 != 0) ranked += cost.ranked - before;
    ++figures.compared;
    if (!hits.empty() && hits.front().row == truth.best(i)) ++figures.same_first;
  }
  figures.mated_ms = median(mated);
  figures.non_mated_ms = median(non_mated);
  figures.ranked_share =
      static_cast<double>(ranked) / static_cast<double>(non_mated.size()) / static_cast<double>(index.size());
  figures.exact_reads = static_cast<double>(cost.exact) / static_cast<double>(queries.size());
  limits.cost = nullptr;
  std::vector<double> batches;
  constexpr std::size_t batch = 32;
  for (std::size_t i = 0; i < queries.size(); i += batch) {
    const auto some = queries.subspan(i, std::min(batch, queries.size() - i));
    const auto start = Clockwork::now();
    (void)index.search(some, limits, made_again(run));
    batches.push_back(milliseconds_since(start) / static_cast<double>(some.size()));
  }
  figures.batch_ms = median(batches);
}

SearchFigures measure(const SearchRun& run, std::uint64_t size) {
  SearchFigures figures;
  figures.templates = size;
  figures.kernel = kernel_name();
  const std::vector<std::vector<float>> probes = padded_probes(run, size);
  BruteForce truth{probes};
  const double before = resident_bytes();
  Index index{run.values};
  std::vector<float> unit(padded(run.values));
  double filling = 0;
  for (std::uint64_t number = 0; number < size; ++number) {
    fill_unit(run.seed, number, std::span{unit}.first(run.values));
    const auto start = Clockwork::now();
    index.put({number, Timestamp::min(), Timestamp::max(), static_cast<SubjectNumber>(number)},
              std::span{unit}.first(run.values));
    filling += milliseconds_since(start);
    truth.see(number, unit);
  }
  figures.fill_seconds = filling / 1000;
  figures.bytes_per_template = (resident_bytes() - before) / static_cast<double>(size);
  std::vector<Query> queries;
  queries.reserve(probes.size());
  for (const std::vector<float>& probe : probes) queries.emplace_back(std::span{probe}.first(run.values));
  time_searches(run, index, queries, truth, figures);
  return figures;
}

}  // namespace

Result<std::vector<SearchFigures>> measure_search(const SearchRun& run) {
  const bool sizes = std::ranges::all_of(run.sizes, [](std::uint64_t size) { return size > 0 && size <= 100'000'000; });
  if (!sizes || run.values == 0 || run.values > most_values || run.queries < 2) {
    return fail(
        ErrorKind::invalid_input, "measuring searches", "a size, the values or the queries are out of range",
        "give sizes of 1 to 100,000,000, 1 to " + std::to_string(most_values) + " values and at least two queries");
  }
  std::vector<SearchFigures> all;
  for (const std::uint64_t size : run.sizes) all.push_back(measure(run, size));
  return all;
}

}  // namespace regard::gallery
