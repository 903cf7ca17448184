// What measurements of searches share.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <vector>

namespace regard::gallery {

using Clockwork = std::chrono::steady_clock;

[[nodiscard]] inline double milliseconds_since(Clockwork::time_point start) {
  return std::chrono::duration<double, std::milli>(Clockwork::now() - start).count();
}

/// 0 when there is none.
[[nodiscard]] inline double median(std::vector<double> times) {
  if (times.empty()) return 0;
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::ranges::nth_element(times, middle);
  return *middle;
}

/// Resident bytes of this process, from the second number of /proc/self/statm.
[[nodiscard]] inline double resident_bytes() {
  std::ifstream file{"/proc/self/statm"};
  double total = 0;
  double resident = 0;
  file >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace regard::gallery
