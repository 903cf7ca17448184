// How long to wait before trying again. Pure.
#pragma once

#include "core/core.h"

namespace regard::sinks {

/// `first`, doubled with each of `failures` in a row (at least 1) up to `longest`; `chance`, from 0 to 1, takes away up
/// to a fifth, so that those who went down together do not come back together.
[[nodiscard]] Duration pause_after(unsigned failures, Duration first, Duration longest, double chance);

}  // namespace regard::sinks
