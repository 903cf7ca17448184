#include "cast/io/workers.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace regard::cast {

void share_out(int pieces, int workers, const std::function<void(int, int)>& work) {
  std::atomic<int> next{0};
  const auto run = [&](int worker) {
    for (int piece = next++; piece < pieces; piece = next++) work(piece, worker);
  };
  std::vector<std::jthread> others;
  for (int worker = 1; worker < std::min(workers, pieces); ++worker) others.emplace_back(run, worker);
  run(0);
}

int worker_count() { return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 8); }

}  // namespace regard::cast
