// What of an analysed picture may be shown.
#pragma once

#include <string>
#include <unordered_map>

#include "app/pipeline.h"
#include "core/core.h"
#include "events/events.h"

namespace regard::app {

/// The analysed picture scaled to `size`, every face blurred beyond recovery, with boxes around tracks. `labels` stand
/// where tracks would have their numbers. Any thread.
[[nodiscard]] events::RedactedImage redacted(const Analysis& analysis, Size size,
                                             const std::unordered_map<TrackId, std::string>& labels = {});

}  // namespace regard::app
