#include "capture/logic/disposable.h"

#include <algorithm>
#include <cstddef>

namespace regard::capture {
namespace {

using Bytes = std::span<const std::uint8_t>;

// Walks over the NAL units of a packet.
class NalUnits {
 public:
  NalUnits(Bytes packet, int length_size) : rest_{packet}, length_size_{length_size} {}

  /// The next unit, header first; empty at the end or where the packet makes no sense.
  Bytes next() { return length_size_ > 0 ? next_by_length() : next_by_start_code(); }

 private:
  Bytes next_by_length() {
    const auto prefix = static_cast<std::size_t>(length_size_);
    if (rest_.size() <= prefix) return {};
    std::size_t length = 0;
    for (std::size_t i = 0; i < prefix; ++i) length = length << 8 | rest_[i];
    rest_ = rest_.subspan(prefix);
    if (length > rest_.size()) return {};
    const Bytes unit = rest_.first(length);
    rest_ = rest_.subspan(length);
    return unit;
  }

  Bytes next_by_start_code() {
    for (std::size_t i = 0; i + 3 < rest_.size(); ++i) {
      if (rest_[i + 2] > 1) {
        i += 2;  // neither this byte nor the two before can begin 00 00 01
      } else if (rest_[i] == 0 && rest_[i + 1] == 0 && rest_[i + 2] == 1) {
        rest_ = rest_.subspan(i + 3);
        return rest_;  // only headers are read, so where the unit ends does not matter
      }
    }
    return {};
  }

  Bytes rest_;
  int length_size_;
};

bool h264_slice(Bytes unit) { return (unit[0] & 31) >= 1 && (unit[0] & 31) <= 5; }
bool h264_refers(Bytes unit) { return (unit[0] >> 5 & 3) != 0; }

int h265_type(Bytes unit) { return unit[0] >> 1 & 63; }
int h265_layer(Bytes unit) { return std::max((unit[1] & 7) - 1, 0); }
bool h265_slice(Bytes unit) { return h265_type(unit) < 32; }
// Types 0, 2, ..., 14 are the sub-layer non-reference ones.
bool h265_refers(Bytes unit) { return h265_type(unit) > 14 || h265_type(unit) % 2 != 0; }

}  // namespace

bool is_disposable(NalCodec codec, Bytes packet, int length_size, int top_layer) {
  NalUnits units{packet, length_size};
  bool any = false;
  for (Bytes unit = units.next(); !unit.empty(); unit = units.next()) {
    if (codec == NalCodec::h264) {
      if (!h264_slice(unit)) continue;
      if (h264_refers(unit)) return false;
    } else {
      if (unit.size() < 2 || !h265_slice(unit)) continue;
      if (h265_refers(unit) || h265_layer(unit) < top_layer) return false;
    }
    any = true;
  }
  return any;
}

int temporal_layer(Bytes packet, int length_size) {
  NalUnits units{packet, length_size};
  for (Bytes unit = units.next(); !unit.empty(); unit = units.next()) {
    if (unit.size() >= 2 && h265_slice(unit)) return h265_layer(unit);
  }
  return 0;
}

}  // namespace regard::capture
