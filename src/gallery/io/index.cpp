#include "gallery/io/index.h"

#include <algorithm>
#include <array>
#include <thread>

#include "gallery/io/chunk.h"
#include "gallery/io/kernels.h"
#include "gallery/io/ranking.h"

namespace regard::gallery {
namespace {

/// Chunks that a thread must have to do, or starting it takes longer than the work.
constexpr std::size_t chunks_per_thread = 32;
/// Templates that are looked at exactly at the end when that means reading the store; of different people more than a
/// few are never so alike.
constexpr std::size_t most_reads = 64;
/// How many templates ahead their bytes are asked for.
constexpr std::size_t ahead = 4;
/// Chunks whose sketches are looked at before any bytes are: the most promising templates of all of them come first and
/// spare most of the others. What is remembered of them fits into the second cache.
constexpr std::size_t chunks_at_once = 8;
/// Templates are promising when their bound is at most so far below the best one's.
constexpr float promising = .02F;
/// A bound that nothing asks for.
constexpr float done = -1e30F;

bool searchable(const IndexedRow& row, const SearchLimits& limits) {
  return row.from <= limits.now && limits.now < row.until && row.subject != limits.without;
}

}  // namespace

struct Index::Workspace {
  std::array<float, chunks_at_once * chunk_templates> bounds;
  std::array<std::uint32_t, chunks_at_once * chunk_templates> numbers;
};

Index::Index(std::size_t dimension, std::size_t most_floats)
    : dimension_{dimension}, padded_{padded(dimension)}, most_floats_{most_floats} {
  CHECK(dimension > 0 && dimension <= most_values);
}

Index::~Index() = default;
Index::Index(Index&&) noexcept = default;
Index& Index::operator=(Index&&) noexcept = default;

Index::Place Index::place_of(std::size_t position) const {
  return {position / chunk_templates, position % chunk_templates};
}

void Index::put(const IndexedRow& row, std::span<const float> unit) {
  CHECK(unit.size() == dimension_);
  const auto known = places_.find(row.row);
  if (known != places_.end()) {
    write(place_of(known->second), row, unit);
    return;
  }
  const std::size_t position = places_.size();
  if (position >= most_floats_ && floats_kept_) {
    for (Chunk& chunk : chunks_) chunk.floats = {};
    floats_kept_ = false;
  }
  const Place place = place_of(position);
  if (place.chunk == chunks_.size()) {
    chunks_.emplace_back(padded_);
    chunks_.back().rows.reserve(chunk_templates);
    if (floats_kept_) chunks_.back().floats = crypto::SecretBytes{chunk_templates * padded_ * sizeof(float)};
  }
  chunks_[place.chunk].rows.emplace_back();
  write(place, row, unit);
  places_.emplace(row.row, static_cast<std::uint32_t>(position));
}

void Index::write(Place place, const IndexedRow& row, std::span<const float> unit) {
  Chunk& chunk = chunks_[place.chunk];
  chunk.rows[place.slot] = row;
  const SketchFactors factors = write_sketch(unit, chunk.block(place.slot), place.slot % block_templates);
  chunk.inverse(place.slot) = factors.inverse;
  chunk.bound(place.slot) = factors.bound;
  chunk.step(place.slot) = write_bytes(unit, chunk.bytes(place.slot));
  widest_step_ = std::max(widest_step_, chunk.step(place.slot));
  if (!chunk.floats.empty()) std::ranges::copy(unit, chunk.exact(place.slot).begin());
}

std::optional<SubjectNumber> Index::erase(std::uint64_t row) {
  const auto known = places_.find(row);
  if (known == places_.end()) return std::nullopt;
  const Place place = place_of(known->second);
  const Place last = place_of(places_.size() - 1);
  const SubjectNumber subject = chunks_[place.chunk].rows[place.slot].subject;
  const std::uint64_t moved = chunks_[last.chunk].rows[last.slot].row;
  if (moved != row) {
    move(last, place);
    places_[moved] = known->second;
  }
  clear(last);
  places_.erase(known);
  return subject;
}

/// Copies a template to the place of one that goes.
void Index::move(Place from, Place to) {
  Chunk& source = chunks_[from.chunk];
  Chunk& target = chunks_[to.chunk];
  target.rows[to.slot] = source.rows[from.slot];
  copy_sketch(source.block(from.slot), from.slot % block_templates, target.block(to.slot), to.slot % block_templates);
  target.inverse(to.slot) = source.inverse(from.slot);
  target.bound(to.slot) = source.bound(from.slot);
  target.step(to.slot) = source.step(from.slot);
  std::ranges::copy(source.bytes(from.slot), target.bytes(to.slot).begin());
  if (!target.floats.empty()) std::ranges::copy(source.exact(from.slot), target.exact(to.slot).begin());
}

/// Wipes the last template.
void Index::clear(Place place) {
  Chunk& chunk = chunks_[place.chunk];
  copy_sketch({}, 0, chunk.block(place.slot), place.slot % block_templates);
  chunk.inverse(place.slot) = chunk.bound(place.slot) = chunk.step(place.slot) = 0;
  const std::span<std::int8_t> bytes = chunk.bytes(place.slot);
  crypto::wipe(std::span{reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  if (!chunk.floats.empty()) crypto::wipe(chunk.exact(place.slot));
  chunk.rows.pop_back();
  if (chunk.rows.empty()) chunks_.pop_back();
}

float Index::score_bytes(const Chunk& chunk, std::size_t slot, const Query& query) const {
  return static_cast<float>(dot_bytes(chunk.bytes(slot), query.words(), padded_)) * chunk.step(slot) *
         query.word_step();
}

/// Empty when the row is gone.
std::optional<float> Index::score(Place place, const Query& query, const ExactVectors& exact) const {
  const Chunk& chunk = chunks_[place.chunk];
  if (!chunk.floats.empty()) return dot_floats(chunk.exact(place.slot).data(), query.floats(), padded_);
  if (exact) {
    const auto vector = exact(chunk.rows[place.slot]);
    if (!vector || vector->size() != dimension_ * sizeof(float)) return std::nullopt;
    return dot_twin(floats_of(*vector), {query.floats(), dimension_});
  }
  return score_bytes(chunk, place.slot, query);
}

/// Scores the templates of these numbers, counted from chunk `first`, by their bytes.
void Index::rank(std::size_t first, std::span<const std::uint32_t> numbers, const Query& query,
                 const SearchLimits& limits, Ranking& ranking) const {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i + ahead < numbers.size()) {
      const Chunk& later = chunks_[first + numbers[i + ahead] / chunk_templates];
      const std::int8_t* next = later.bytes(numbers[i + ahead] % chunk_templates);
      for (std::size_t at = 0; at < padded_; at += 64) __builtin_prefetch(next + at);
    }
    const Chunk& chunk = chunks_[first + numbers[i] / chunk_templates];
    const std::size_t slot = numbers[i] % chunk_templates;
    if (slot >= chunk.rows.size()) continue;  // the rest of a block
    ranking.count_ranked();
    const float score = score_bytes(chunk, slot, query);
    if (!ranking.wants(score) || !searchable(chunk.rows[slot], limits)) continue;
    ranking.offer({static_cast<std::uint32_t>(first * chunk_templates + numbers[i]), chunk.rows[slot].subject, score});
  }
}

void Index::scan(std::size_t first, std::size_t last, const Query& query, const SearchLimits& limits, Ranking& ranking,
                 Workspace& workspace) const {
  const SketchProbe probe{query.table(), query.table_step(), query.table_base()};
  float best = -2;
  std::size_t count = 0;
  for (std::size_t number = first; number < last; ++number) {
    const SketchBlocks sketches = chunks_[number].sketches();
    best = std::max(best, bound_sketches(sketches, probe, workspace.bounds.data() + count));
    count += sketches.blocks * block_templates;  // only the last chunk is not full
  }
  const auto numbers = [&](float cutoff) {
    const std::size_t found = at_least(workspace.bounds.data(), count, cutoff, workspace.numbers.data());
    return std::span<const std::uint32_t>{workspace.numbers}.first(found);
  };
  const float before = ranking.cutoff() - query.table_slack();
  if (best < before) return;
  const float first_cutoff = std::max(best - promising, before);
  rank(first, numbers(first_cutoff), query, limits, ranking);
  const float cutoff = ranking.cutoff() - query.table_slack();
  if (cutoff >= first_cutoff) return;
  // Those that were ranked above are not ranked again.
  for (float& bound : std::span{workspace.bounds}.first(count)) bound = bound >= first_cutoff ? done : bound;
  rank(first, numbers(cutoff), query, limits, ranking);
}

void Index::scan_all(std::span<const Query> queries, const SearchLimits& limits, std::span<Ranking> rankings,
                     std::size_t first, std::size_t last) const {
  Workspace workspace;
  for (std::size_t number = first; number < last; number += chunks_at_once) {
    const std::size_t end = std::min(number + chunks_at_once, last);
    for (std::size_t q = 0; q < queries.size(); ++q) {
      scan(number, end, queries[q], limits, rankings[q], workspace);
    }
  }
}

std::vector<Hit> Index::decide(Ranking& ranking, const Query& query, const SearchLimits& limits,
                               const ExactVectors& exact) const {
  std::vector<Hit> hits;
  std::size_t looked_at = 0;
  for (const Ranking::Candidate& candidate : ranking.candidates()) {
    const Place place = place_of(candidate.position);
    const auto exact_score =
        floats_kept_ || looked_at++ < most_reads ? score(place, query, exact) : std::optional{candidate.score};
    if (limits.cost != nullptr) ++limits.cost->exact;
    if (!exact_score || *exact_score < limits.floor) continue;
    hits.push_back({candidate.subject, chunks_[place.chunk].rows[place.slot].row, *exact_score});
  }
  std::ranges::sort(hits, std::greater{}, &Hit::score);
  std::vector<Hit> best;
  for (const Hit& hit : hits) {
    if (best.size() == limits.subjects) break;
    if (std::ranges::find(best, hit.subject, &Hit::subject) == best.end()) best.push_back(hit);
  }
  return best;
}

std::vector<std::vector<Hit>> Index::search(std::span<const Query> queries, const SearchLimits& limits,
                                            const ExactVectors& exact) const {
  const std::size_t threads = std::clamp<std::size_t>(chunks_.size() / chunks_per_thread, 1,
                                                      static_cast<std::size_t>(std::max(limits.threads, 1)));
  std::vector<std::vector<Ranking>> rankings(threads, {queries.size(), Ranking{limits, byte_bound(widest_step_)}});
  const auto work = [&](std::size_t thread) {
    scan_all(queries, limits, rankings[thread], chunks_.size() * thread / threads,
             chunks_.size() * (thread + 1) / threads);
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t thread = 1; thread < threads; ++thread) others.emplace_back(work, thread);
    work(0);
  }
  std::vector<std::vector<Hit>> found(queries.size());
  for (std::size_t q = 0; q < queries.size(); ++q) {
    for (std::size_t thread = 1; thread < threads; ++thread) rankings[0][q].join(rankings[thread][q]);
    found[q] = decide(rankings[0][q], queries[q], limits, exact);
    if (limits.cost != nullptr) limits.cost->ranked += rankings[0][q].ranked();
  }
  return found;
}

std::vector<Hit> Index::search(const Query& query, const SearchLimits& limits, const ExactVectors& exact) const {
  return search(std::span{&query, 1}, limits, exact).front();
}

std::optional<Hit> Index::compare(const Query& query, SubjectNumber subject, Timestamp now,
                                  const ExactVectors& exact) const {
  std::optional<Hit> best;
  for (std::size_t number = 0; number < chunks_.size(); ++number) {
    const Chunk& chunk = chunks_[number];
    for (std::size_t slot = 0; slot < chunk.rows.size(); ++slot) {
      const IndexedRow& row = chunk.rows[slot];
      if (row.subject != subject || !searchable(row, {.now = now, .without = {}})) continue;
      const auto value = score({number, slot}, query, exact);
      if (value && (!best || *value > best->score)) best = Hit{subject, row.row, *value};
    }
  }
  return best;
}

}  // namespace regard::gallery
