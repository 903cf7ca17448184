// How fast and how right a search is, on vectors that belong to nobody.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/core.h"

namespace regard::gallery {

struct SearchRun {
  std::vector<std::uint64_t> sizes{10'000, 100'000};
  std::size_t values = 512;  ///< of one template
  int queries = 200;         ///< half of them like somebody in the gallery, half like nobody
  int threads = 1;
  std::uint64_t seed = 1;
};

/// One gallery size. Times are medians over single probes; nothing is below a floor, so that strangers cost the most.
struct SearchFigures {
  std::uint64_t templates = 0;
  double mated_ms = 0;      ///< a probe whose cosine to one template is .5 to .7
  double non_mated_ms = 0;  ///< a probe like nobody
  double batch_ms = 0;      ///< per probe, 32 at once
  double fill_seconds = 0;
  std::uint64_t compared = 0;     ///< probes
  std::uint64_t same_first = 0;   ///< of them, with the same first answer as brute force on floats
  double bytes_per_template = 0;  ///< growth of the process's resident memory
  double ranked_share = 0;        ///< templates whose bytes were read, of all, for a probe like nobody
  double exact_reads = 0;         ///< templates scored exactly for one probe
  const char* kernel = "";        ///< instruction set
};

/// The seed decides all vectors. Errors: invalid_input (a size of 0, values not within 1 and 2,048, fewer than two
/// queries).
[[nodiscard]] Result<std::vector<SearchFigures>> measure_search(const SearchRun& run);

}  // namespace regard::gallery
