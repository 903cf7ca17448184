// Our search beside exact FAISS (IndexFlatIP) and hnswlib, on the same vectors and probes, on one core, in one run.
//   search_bench [--sizes 10000,100000,1000000] [--queries 200] [--hnsw-up-to 100000] [--json]
#include <faiss/IndexFlat.h>
#include <hnswlib/hnswlib.h>
#include <omp.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "gallery/io/index.h"
#include "gallery/io/kernels.h"
#include "gallery/io/measuring.h"
#include "gallery/io/query_pool.h"
#include "gallery/io/random_vectors.h"

namespace {

using namespace regard;
using namespace regard::gallery;

constexpr std::size_t values = 512;
constexpr std::uint64_t seed = 1;
constexpr std::size_t batch = 32;

struct Options {
  std::vector<std::uint64_t> sizes{10'000, 100'000, 1'000'000};
  std::size_t queries = 200;
  std::uint64_t hnsw_up_to = 100'000;
  bool json = false;
};

struct Row {
  std::string engine;
  double mated_ms = 0;
  double non_mated_ms = 0;
  double batch_ms = 0;
  std::size_t same_mated = 0;
  std::size_t same_non_mated = 0;
  double bytes = 0;      ///< resident, a template
  double bandwidth = 0;  ///< share of the measured, for a probe like nobody
};

/// The number of the nearest template, by probe.
using Find = std::function<std::uint64_t(std::size_t probe)>;
/// Searches for `count` probes from `first`.
using FindMany = std::function<void(std::size_t first, std::size_t count)>;

struct Test {
  std::uint64_t size = 0;
  std::vector<std::vector<float>> probes;
  std::vector<std::uint64_t> truth;
};

void time_engine(const Test& test, Row& row, const Find& find, const FindMany& find_many) {
  std::vector<double> mated;
  std::vector<double> non_mated;
  (void)find(0);
  for (std::size_t i = 0; i < test.probes.size(); ++i) {
    const auto start = Clockwork::now();
    const std::uint64_t found = find(i);
    (i % 2 == 0 ? mated : non_mated).push_back(milliseconds_since(start));
    if (!test.truth.empty() && found == test.truth[i]) ++(i % 2 == 0 ? row.same_mated : row.same_non_mated);
  }
  row.mated_ms = median(mated);
  row.non_mated_ms = median(non_mated);
  std::vector<double> batches;
  for (std::size_t i = 0; i + batch <= test.probes.size(); i += batch) {
    const auto start = Clockwork::now();
    find_many(i, batch);
    batches.push_back(milliseconds_since(start) / batch);
  }
  if (!batches.empty()) row.batch_ms = median(batches);
}

/// Bytes a second of reading 1 GB of floats once more, at best of five.
double read_bandwidth(const float* data, std::size_t count) {
  constexpr std::size_t block = 4096;
  const std::vector<float> ones(block, 1.0F);
  double best = 1e300;
  volatile float kept = 0;
  for (int round = 0; round < 5; ++round) {
    const auto start = Clockwork::now();
    float sum = 0;
    for (std::size_t i = 0; i + block <= count; i += block) sum += dot_floats(data + i, ones.data(), block);
    best = std::min(best, milliseconds_since(start));
    kept = sum;
  }
  (void)kept;
  return static_cast<double>(count) * sizeof(float) / best * 1000;
}

/// Exact search, and the truth for all.
Row run_faiss(Test& test, faiss::IndexFlatIP& index, double bytes) {
  Row row{.engine = "faiss IndexFlatIP", .bytes = bytes};
  std::vector<faiss::Index::idx_t> labels(batch);
  std::vector<float> scores(batch);
  const Find find = [&](std::size_t probe) {
    index.search(1, test.probes[probe].data(), 1, scores.data(), labels.data());
    return static_cast<std::uint64_t>(labels[0]);
  };
  const FindMany find_many = [&](std::size_t first, std::size_t count) {
    std::vector<float> all;
    for (std::size_t i = 0; i < count; ++i)
      all.insert(all.end(), test.probes[first + i].begin(), test.probes[first + i].end());
    index.search(static_cast<faiss::Index::idx_t>(count), all.data(), 1, scores.data(), labels.data());
  };
  for (std::size_t i = 0; i < test.probes.size(); ++i) test.truth.push_back(find(i));
  time_engine(test, row, find, find_many);
  return row;
}

Row run_floats(const Test& test, const float* data) {
  Row row{.engine = "our float kernel over all", .bytes = values * sizeof(float)};
  const Find find = [&](std::size_t probe) {
    std::uint64_t best = 0;
    float score = -2;
    for (std::uint64_t i = 0; i < test.size; ++i) {
      const float one = dot_floats(data + i * values, test.probes[probe].data(), values);
      if (one > score) {
        score = one;
        best = i;
      }
    }
    return best;
  };
  time_engine(test, row, find, [](std::size_t, std::size_t) {});
  return row;
}

Row run_hnsw(const Test& test, const float* data) {
  Row row{.engine = "hnswlib M=16 ef=200/128"};
  const double before = resident_bytes();
  hnswlib::InnerProductSpace space{values};
  hnswlib::HierarchicalNSW<float> index{&space, test.size, 16, 200};
  for (std::uint64_t i = 0; i < test.size; ++i) index.addPoint(data + i * values, i);
  index.setEf(128);
  row.bytes = (resident_bytes() - before) / static_cast<double>(test.size);
  const Find find = [&](std::size_t probe) {
    return static_cast<std::uint64_t>(index.searchKnn(test.probes[probe].data(), 1).top().second);
  };
  const FindMany find_many = [&](std::size_t first, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) (void)find(first + i);
  };
  time_engine(test, row, find, find_many);
  return row;
}

/// What a search at a door looks for: nobody below a threshold for large galleries, less a margin.
constexpr float door_floor = .45F;

Row run_ours(const Test& test, const float* data, double bandwidth, float floor) {
  Row row{.engine = std::string{"regard ("} + kernel_name() + (floor > -1 ? ") from .45 on" : ")")};
  // The database: rows that are read and unsealed when bytes cannot decide.
  const crypto::SecretBytes key = crypto::SecretBytes::random(crypto::key_size);
  std::vector<crypto::Bytes> sealed;
  if (test.size > 50'000) {
    for (std::uint64_t i = 0; i < test.size; ++i)
      sealed.push_back(
          crypto::seal(key, {reinterpret_cast<const std::uint8_t*>(data + i * values), values * sizeof(float)}, {}));
  }
  const ExactVectors exact = [&](const IndexedRow& row_wanted) -> std::optional<crypto::SecretBytes> {
    auto plain = crypto::unseal(key, sealed[row_wanted.row], {}, "a row");
    if (!plain) return std::nullopt;
    return std::move(*plain);
  };
  const double before = resident_bytes();
  Index index{values};
  for (std::uint64_t i = 0; i < test.size; ++i)
    index.put({i, Timestamp::min(), Timestamp::max(), static_cast<SubjectNumber>(i)}, {data + i * values, values});
  row.bytes = (resident_bytes() - before) / static_cast<double>(test.size);
  SearchCost cost;
  const SearchLimits limits{.subjects = 1, .floor = floor, .now = {}, .without = {}, .cost = &cost};
  // As the vault does it: memory for queries is used again.
  QueryPool pool;
  const Find find = [&](std::size_t probe) {
    const QueryPool::Lease query = pool.take(values);
    std::ranges::copy(test.probes[probe], query->unit().begin());
    query->prepare();
    const auto hits = index.search(*query, limits, exact);
    return hits.empty() ? test.size : hits.front().row;
  };
  std::vector<Query> queries;
  for (std::size_t i = 0; i < batch; ++i) queries.emplace_back(values);
  const FindMany find_many = [&](std::size_t first, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      std::ranges::copy(test.probes[first + i], queries[i].unit().begin());
      queries[i].prepare();
    }
    (void)index.search(std::span{std::as_const(queries)}.first(count), limits, exact);
  };
  time_engine(test, row, find, find_many);
  cost = {};
  std::size_t strangers = 0;
  for (std::size_t i = 1; i < test.probes.size(); i += 2, ++strangers) (void)find(i);
  const double read = static_cast<double>(test.size) * (values / 8.0 + 2 * sizeof(float)) +
                      static_cast<double>(cost.ranked) / static_cast<double>(strangers) * (values + sizeof(float));
  row.bandwidth = read / row.non_mated_ms * 1000 / bandwidth;
  std::fprintf(
      stderr, "%llu templates: %.2f %% ranked by bytes, %.1f scored exactly for one probe like nobody\n",
      static_cast<unsigned long long>(test.size),
      100.0 * static_cast<double>(cost.ranked) / static_cast<double>(strangers) / static_cast<double>(test.size),
      static_cast<double>(cost.exact) / static_cast<double>(strangers));
  return row;
}

void print(const Test& test, const std::vector<Row>& rows, double bandwidth) {
  const std::size_t half = test.probes.size() / 2;
  std::printf("\n%llu templates of %zu values; plain reading: %.1f GB/s\n", static_cast<unsigned long long>(test.size),
              values, bandwidth / 1e9);
  std::printf("%-28s %10s %10s %10s %9s %12s %12s %8s %9s\n", "", "mated ms", "strange ms", "batch ms", "faiss /",
              "same, mated", "same, str.", "bytes", "of bandw.");
  for (const Row& row : rows) {
    std::printf("%-28s %10.3f %10.3f %10.3f %8.1fx %7zu/%-4zu %7zu/%-4zu %8.0f", row.engine.c_str(), row.mated_ms,
                row.non_mated_ms, row.batch_ms, rows[0].non_mated_ms / row.non_mated_ms, row.same_mated,
                test.probes.size() - half, row.same_non_mated, half, row.bytes);
    row.bandwidth > 0 ? std::printf(" %8.0f%%\n", 100 * row.bandwidth) : std::printf("\n");
  }
  std::fflush(stdout);
}

nlohmann::ordered_json json_of(const Test& test, const std::vector<Row>& rows, double bandwidth) {
  nlohmann::ordered_json engines = nlohmann::ordered_json::array();
  for (const Row& row : rows) {
    engines.push_back({{"engine", row.engine},
                       {"mated_ms", row.mated_ms},
                       {"non_mated_ms", row.non_mated_ms},
                       {"batch_ms", row.batch_ms},
                       {"same_first_mated", row.same_mated},
                       {"same_first_non_mated", row.same_non_mated},
                       {"bytes_per_template", row.bytes},
                       {"bandwidth_share", row.bandwidth}});
  }
  return {{"templates", test.size},
          {"values", values},
          {"probes", test.probes.size()},
          {"read_bytes_per_second", bandwidth},
          {"engines", engines}};
}

nlohmann::ordered_json measure(std::uint64_t size, const Options& options) {
  Test test{.size = size, .probes = {}, .truth = {}};
  for (std::size_t i = 0; i < options.queries; ++i) test.probes.push_back(probe_of(seed, i, size, values));
  const double before = resident_bytes();
  faiss::IndexFlatIP index{static_cast<faiss::Index::idx_t>(values)};
  std::vector<float> some;
  for (std::uint64_t first = 0; first < size; first += 10'000) {
    const std::uint64_t count = std::min<std::uint64_t>(10'000, size - first);
    some.resize(count * values);
    for (std::uint64_t i = 0; i < count; ++i) fill_unit(seed, first + i, std::span{some}.subspan(i * values, values));
    if (first == 0) index.codes.reserve(size * values * sizeof(float));  // or growing would be counted as its memory
    index.add(static_cast<faiss::Index::idx_t>(count), some.data());
  }
  const double bytes = (resident_bytes() - before) / static_cast<double>(size);
  const float* data = index.get_xb();
  const double bandwidth = read_bandwidth(data, size * values);
  std::vector<Row> rows{run_faiss(test, index, bytes)};
  rows.push_back(run_ours(test, data, bandwidth, -2));
  rows.push_back(run_ours(test, data, bandwidth, door_floor));
  rows.push_back(run_floats(test, data));
  if (size <= options.hnsw_up_to) rows.push_back(run_hnsw(test, data));
  if (!options.json) print(test, rows, bandwidth);
  return json_of(test, rows, bandwidth);
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Options parse(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const std::string next = i + 1 < count ? words[i + 1] : "";
    if (word == "--json") options.json = true;
    if (word == "--queries") options.queries = std::max<std::size_t>(2, number(next));
    if (word == "--hnsw-up-to") options.hnsw_up_to = number(next);
    if (word == "--sizes") {
      options.sizes.clear();
      for (std::size_t at = 0; at < next.size();) {
        const std::size_t end = std::min(next.find(',', at), next.size());
        options.sizes.push_back(std::max<std::uint64_t>(1, number(std::string_view{next}.substr(at, end - at))));
        at = end + 1;
      }
    }
  }
  return options;
}

}  // namespace

int main(int count, char** words) {
  omp_set_num_threads(1);
  const Options options = parse(count, words);
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const std::uint64_t size : options.sizes) all.push_back(measure(size, options));
  if (options.json) std::printf("%s\n", all.dump().c_str());
  return 0;
}
