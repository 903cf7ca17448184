// Coded video comes from cameras: looking at its NAL units stays within its bytes. First byte: codec and length size.
#include <cstddef>
#include <cstdint>

#include "capture/logic/disposable.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace regard::capture;
  if (size == 0) return 0;
  const auto codec = (data[0] & 1) != 0 ? NalCodec::h264 : NalCodec::h265;
  const int length_size = data[0] >> 1 & 7;
  (void)is_disposable(codec, {data + 1, size - 1}, length_size > 4 ? 0 : length_size, data[0] >> 4 & 7);
  (void)temporal_layer({data + 1, size - 1}, length_size > 4 ? 0 : length_size);
  return 0;
}
