// A handful of threads that share out numbered pieces of work.
#pragma once

#include <functional>

namespace regard::cast {

/// Calls `work(piece, worker)` for every piece 0..pieces-1, each once, on up to `workers` threads (numbered from 0; the
/// caller is one of them), and returns when all are done.
void share_out(int pieces, int workers, const std::function<void(int, int)>& work);

/// How many threads are worth while here: at least 1, at most 8.
[[nodiscard]] int worker_count();

}  // namespace regard::cast
