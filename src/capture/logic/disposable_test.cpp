#include "capture/logic/disposable.h"

#include <gtest/gtest.h>

#include <vector>

namespace regard::capture {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(Disposable, h264_slices_without_reference_idc) {
  EXPECT_TRUE(is_disposable(NalCodec::h264, Bytes{0, 0, 0, 1, 0x01, 0x9A, 1, 1}, 0));
  EXPECT_FALSE(is_disposable(NalCodec::h264, Bytes{0, 0, 0, 1, 0x41, 0x9A, 1, 1}, 0));
  EXPECT_FALSE(is_disposable(NalCodec::h264, Bytes{0, 0, 1, 0x65, 0x88, 1, 1}, 0));
}

TEST(Disposable, looks_past_units_that_are_not_slices) {
  // An access unit delimiter (9), then a slice that nothing refers to.
  EXPECT_TRUE(is_disposable(NalCodec::h264, Bytes{0, 0, 1, 0x09, 0x30, 0, 0, 1, 0x01, 0x9A, 1}, 0));
  EXPECT_FALSE(is_disposable(NalCodec::h264, Bytes{0, 0, 1, 0x09, 0x30, 1, 1}, 0));
}

TEST(Disposable, needs_every_slice_to_be_so) {
  EXPECT_FALSE(is_disposable(NalCodec::h264, Bytes{0, 0, 1, 0x01, 0x9A, 0, 0, 1, 0x21, 0x9A, 1}, 0));
}

TEST(Disposable, reads_units_with_lengths) {
  EXPECT_TRUE(is_disposable(NalCodec::h264, Bytes{0, 0, 0, 2, 0x09, 0x30, 0, 0, 0, 3, 0x01, 0x9A, 1}, 4));
  EXPECT_FALSE(is_disposable(NalCodec::h264, Bytes{0, 3, 0x01, 0x9A, 1, 0, 2, 0x61, 1}, 2));
}

TEST(Disposable, h265_sub_layer_non_reference_pictures_of_the_top_layer) {
  const Bytes trail_n{0, 0, 1, 0x00, 0x01, 0xAF};  // type 0, temporal id 0
  const Bytes trail_r{0, 0, 1, 0x02, 0x01, 0xAF};  // type 1
  const Bytes layer_one{0, 0, 1, 0x00, 0x02, 0xAF};
  EXPECT_TRUE(is_disposable(NalCodec::h265, trail_n, 0, 0));
  EXPECT_FALSE(is_disposable(NalCodec::h265, trail_r, 0, 0));
  EXPECT_FALSE(is_disposable(NalCodec::h265, trail_n, 0, 1));
  EXPECT_TRUE(is_disposable(NalCodec::h265, layer_one, 0, 1));
  EXPECT_EQ(temporal_layer(layer_one, 0), 1);
}

TEST(Disposable, never_says_so_of_nonsense) {
  EXPECT_FALSE(is_disposable(NalCodec::h264, Bytes{}, 0));
  EXPECT_FALSE(is_disposable(NalCodec::h264, Bytes{0, 0, 1}, 0));
  EXPECT_FALSE(is_disposable(NalCodec::h264, Bytes{0xFF, 0xFF, 0xFF, 0xFF, 0x01}, 4));
  EXPECT_FALSE(is_disposable(NalCodec::h265, Bytes{0, 0, 1, 0}, 0));
}

}  // namespace
}  // namespace regard::capture
