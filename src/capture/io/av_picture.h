// A Picture over a decoder's own frame.
#pragma once

#include <memory>

#include "capture/capture.h"
#include "capture/io/ffmpeg.h"

namespace regard::capture {

/// Scalers kept for reuse by all pictures of one source, because setting one up costs more than a small conversion.
/// Internally locked.
class ScalerPool;
[[nodiscard]] std::shared_ptr<ScalerPool> make_scaler_pool();

/// A picture over `frame`, whose sides are >= 1. Fetches the pixels when they are on a device; null when that fails.
[[nodiscard]] std::shared_ptr<const Picture> make_picture(ffmpeg::Frame frame, std::shared_ptr<ScalerPool> pool);

}  // namespace regard::capture
