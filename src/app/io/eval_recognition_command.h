// `regard eval verify` and `regard eval liveness` on the command line.
#pragma once

#include <functional>
#include <memory>

#include "consent/consent.h"
#include "core/core.h"

namespace CLI {
class App;
}

namespace regard::app {

/// Opens the gate that is asked for an EvaluatePermit, whatever keeps it alive included. Called once, when the command
/// runs. Errors: those of the data folder.
using OpenGate = std::function<Result<std::shared_ptr<consent::Gate>>(const Clock& clock)>;

/// Adds `verify` to `eval`; `exit_status` becomes 0, or 2 after an error.
void add_eval_verify(CLI::App& eval, int& exit_status, const bool& json, OpenGate open_gate);
/// Adds `liveness` to `eval`. Nobody is recognised, so it needs no permit.
void add_eval_liveness(CLI::App& eval, int& exit_status, const bool& json);

}  // namespace regard::app
