// Which coded pictures nothing else is predicted from, told from the bytes without decoding. Pure.
#pragma once

#include <cstdint>
#include <span>

namespace regard::capture {

enum class NalCodec { h264, h265 };

/// True when every coded slice in `packet` belongs to a picture that no other picture refers to, so that leaving the
/// packet out changes no other picture. `length_size`: bytes of the length before each NAL unit (1, 2 or 4; from avcC
/// or hvcC), 0 for start codes (Annex B). False when in doubt. Formats: ITU-T H.264 section 7.3.1 (nal_ref_idc), H.265
/// section 7.4.2.2 (sub-layer non-reference pictures; only those of temporal layer `top_layer` or above count, since
/// higher layers may refer to lower ones).
[[nodiscard]] bool is_disposable(NalCodec codec, std::span<const std::uint8_t> packet, int length_size,
                                 int top_layer = 0);

/// The highest temporal layer of the slices in an H.265 `packet`, 0 when there is none.
[[nodiscard]] int temporal_layer(std::span<const std::uint8_t> packet, int length_size);

}  // namespace regard::capture
