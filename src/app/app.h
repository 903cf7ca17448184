// app: configuration, wiring and the `regard` command. The last stage: it sees everything, nothing sees it.
#pragma once

namespace regard::app {

/// The whole command. Returns the exit status: 0 done, 1 no (of questions that can be answered no), 2 error.
[[nodiscard]] int run(int argc, const char* const* argv);

}  // namespace regard::app
