// AVX-512 with VNNI is left out by Highway 1.0.3 unless asked for.
#define HWY_WANT_AVX3_DL
#include "gallery/io/kernels.h"

#include "gallery/logic/codes.h"

// Highway compiles what stands between HWY_BEFORE_NAMESPACE and HWY_AFTER_NAMESPACE once for each instruction set, by
// including this file again.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gallery/io/kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace regard::gallery::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

float BoundSketches(const SketchBlocks& sketches, const SketchProbe& probe, float* most) {
  const std::size_t block_size = sketches.groups * block_templates / 2;
  float largest = -1e30F;
  for (std::size_t i = 0; i < sketches.blocks * block_templates; ++i) {
    const std::uint32_t sum = sketch_sum_twin({sketches.codes + i / block_templates * block_size, block_size},
                                              i % block_templates, {probe.table, sketches.groups * table_entries});
    most[i] = (static_cast<float>(sum) * probe.step + probe.base) * sketches.inverse[i] + sketches.bound[i];
    largest = most[i] > largest ? most[i] : largest;
  }
  return largest;
}

std::size_t AtLeast(const float* values, std::size_t count, float cutoff, std::uint32_t* numbers) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (values[i] >= cutoff) numbers[found++] = static_cast<std::uint32_t>(i);
  }
  return found;
}

std::int32_t DotBytes(const std::int8_t* bytes, const std::int16_t* values, std::size_t count) {
  return dot_bytes_twin({bytes, count}, {values, count});
}

float DotFloats(const float* a, const float* b, std::size_t count) { return dot_twin({a, count}, {b, count}); }

#else

/// Sums of the table's entries for the 32 templates of one block. A register holds the bits of one or more groups, each
/// 16 bytes (so does the table), and every byte looks up its own group's entries.
HWY_INLINE void block_sums(const std::uint8_t* HWY_RESTRICT block, const std::uint8_t* HWY_RESTRICT table,
                           std::size_t groups, std::uint16_t* HWY_RESTRICT sums) {
  const hn::CappedTag<std::uint8_t, 64> bytes;
  const hn::Repartition<std::uint16_t, decltype(bytes)> words;
  const auto low_bits = hn::Set(bytes, 15);
  // Bytes are added in pairs, as words; what the upper byte contributed is taken away at the end.
  auto low_all = hn::Zero(words);
  auto low_odd = hn::Zero(words);
  auto high_all = hn::Zero(words);
  auto high_odd = hn::Zero(words);
  const std::size_t step = hn::Lanes(bytes);
  for (std::size_t at = 0; at < groups * table_entries; at += step) {
    const auto bits = hn::LoadU(bytes, block + at);
    const auto entries = hn::LoadU(bytes, table + at);
    const auto low = hn::BitCast(words, hn::TableLookupBytes(entries, hn::And(bits, low_bits)));
    const auto upper = hn::And(hn::BitCast(bytes, hn::ShiftRight<4>(hn::BitCast(words, bits))), low_bits);
    const auto high = hn::BitCast(words, hn::TableLookupBytes(entries, upper));
    low_all = hn::Add(low_all, low);
    low_odd = hn::Add(low_odd, hn::ShiftRight<8>(low));
    high_all = hn::Add(high_all, high);
    high_odd = hn::Add(high_odd, hn::ShiftRight<8>(high));
  }
  low_all = hn::Sub(low_all, hn::ShiftLeft<8>(low_odd));
  high_all = hn::Sub(high_all, hn::ShiftLeft<8>(high_odd));

  // Registers wider than 16 bytes hold several partial sums: eight words each.
  const hn::CappedTag<std::uint16_t, 8> eight;
  HWY_ALIGN std::uint16_t parts[4][32];
  hn::Store(low_all, words, parts[0]);
  hn::Store(low_odd, words, parts[1]);
  hn::Store(high_all, words, parts[2]);
  hn::Store(high_odd, words, parts[3]);
  for (std::size_t k = 0; k < 4; ++k) {
    for (std::size_t i = 0; i < 8; i += hn::Lanes(eight)) {
      auto sum = hn::LoadU(eight, parts[k] + i);
      for (std::size_t part = 8; part < step / 2; part += 8) sum = hn::Add(sum, hn::LoadU(eight, parts[k] + part + i));
      hn::StoreU(sum, eight, sums + 8 * k + i);
    }
  }
}

float BoundSketches(const SketchBlocks& sketches, const SketchProbe& probe, float* HWY_RESTRICT most) {
  const hn::CappedTag<float, block_templates> floats;
  const hn::RebindToSigned<decltype(floats)> integers;
  const hn::Rebind<std::uint16_t, decltype(floats)> words;
  const auto step = hn::Set(floats, probe.step);
  const auto base = hn::Set(floats, probe.base);
  auto largest = hn::Set(floats, -1e30F);
  const std::size_t lanes = hn::Lanes(floats);
  const std::size_t block_size = sketches.groups * block_templates / 2;
  HWY_ALIGN std::uint16_t sums[block_templates];
  for (std::size_t b = 0; b < sketches.blocks; ++b) {
    block_sums(sketches.codes + b * block_size, probe.table, sketches.groups, sums);
    for (std::size_t i = 0; i < block_templates; i += lanes) {
      const std::size_t at = b * block_templates + i;
      const auto sum = hn::ConvertTo(floats, hn::PromoteTo(integers, hn::LoadU(words, sums + i)));
      const auto bound = hn::MulAdd(hn::MulAdd(sum, step, base), hn::LoadU(floats, sketches.inverse + at),
                                    hn::LoadU(floats, sketches.bound + at));
      hn::StoreU(bound, floats, most + at);
      largest = hn::Max(largest, bound);
    }
  }
  return hn::GetLane(hn::MaxOfLanes(floats, largest));
}

std::size_t AtLeast(const float* HWY_RESTRICT values, std::size_t count, float cutoff,
                    std::uint32_t* HWY_RESTRICT numbers) {
  const hn::CappedTag<float, block_templates> floats;
  const auto least = hn::Set(floats, cutoff);
  const std::size_t lanes = hn::Lanes(floats);
  std::size_t found = 0;
  for (std::size_t i = 0; i < count; i += lanes) {
    std::uint8_t mask[8] = {};
    hn::StoreMaskBits(floats, hn::Ge(hn::LoadU(floats, values + i), least), mask);
    std::uint32_t bits = static_cast<std::uint32_t>(mask[0] | mask[1] << 8U | mask[2] << 16U) |
                         static_cast<std::uint32_t>(mask[3]) << 24U;
    for (; bits != 0; bits &= bits - 1)
      numbers[found++] = static_cast<std::uint32_t>(i) + static_cast<std::uint32_t>(__builtin_ctz(bits));
  }
  return found;
}

#if HWY_TARGET == HWY_AVX3_DL && HWY_COMPILER_GCC && !HWY_COMPILER_CLANG
#define REGARD_VNNI 1
#pragma GCC push_options
#pragma GCC target("avx512vnni")
#else
#define REGARD_VNNI 0
#endif

/// a * b of neighbouring words, summed in pairs onto `sum`; one instruction where there is VNNI, which Highway 1.0.3
/// looks for but does not use. Where registers have other layouts a second sum takes one half.
template <class Integers, class Words, class Sum>
HWY_INLINE Sum add_products(Integers integers, Words a, Words b, Sum sum, Sum& second) {
#if REGARD_VNNI
  (void)integers;
  (void)second;
  return Sum{_mm512_dpwssd_epi32(sum.raw, a.raw, b.raw)};
#else
  return hn::ReorderWidenMulAccumulate(integers, a, b, sum, second);
#endif
}

std::int32_t DotBytes(const std::int8_t* HWY_RESTRICT bytes, const std::int16_t* HWY_RESTRICT values,
                      std::size_t count) {
  const hn::CappedTag<std::int16_t, 32> words;
  const hn::Rebind<std::int8_t, decltype(words)> halves;
  const hn::RepartitionToWide<decltype(words)> integers;
  const std::size_t lanes = hn::Lanes(words);
  auto sum0 = hn::Zero(integers);
  auto sum1 = hn::Zero(integers);
  auto sum2 = hn::Zero(integers);
  auto sum3 = hn::Zero(integers);
  for (std::size_t i = 0; i < count; i += 2 * lanes) {
    sum0 = add_products(integers, hn::PromoteTo(words, hn::LoadU(halves, bytes + i)), hn::LoadU(words, values + i),
                        sum0, sum1);
    sum2 = add_products(integers, hn::PromoteTo(words, hn::LoadU(halves, bytes + i + lanes)),
                        hn::LoadU(words, values + i + lanes), sum2, sum3);
  }
  return hn::GetLane(hn::SumOfLanes(integers, hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3))));
}

#if REGARD_VNNI
#pragma GCC pop_options
#endif
#undef REGARD_VNNI

float DotFloats(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b, std::size_t count) {
  const hn::CappedTag<float, 16> floats;
  const std::size_t lanes = hn::Lanes(floats);
  auto sum0 = hn::Zero(floats);
  auto sum1 = hn::Zero(floats);
  for (std::size_t i = 0; i < count; i += 2 * lanes) {
    sum0 = hn::MulAdd(hn::LoadU(floats, a + i), hn::LoadU(floats, b + i), sum0);
    sum1 = hn::MulAdd(hn::LoadU(floats, a + i + lanes), hn::LoadU(floats, b + i + lanes), sum1);
  }
  return hn::GetLane(hn::SumOfLanes(floats, hn::Add(sum0, sum1)));
}

#endif  // HWY_TARGET == HWY_SCALAR

const char* Name() { return hwy::TargetName(HWY_TARGET); }

}  // namespace regard::gallery::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace regard::gallery {

HWY_EXPORT(BoundSketches);
HWY_EXPORT(AtLeast);
HWY_EXPORT(DotBytes);
HWY_EXPORT(DotFloats);
HWY_EXPORT(Name);

float bound_sketches(const SketchBlocks& blocks, const SketchProbe& probe, float* most) {
  return HWY_DYNAMIC_DISPATCH(BoundSketches)(blocks, probe, most);
}

std::size_t at_least(const float* values, std::size_t count, float cutoff, std::uint32_t* numbers) {
  return HWY_DYNAMIC_DISPATCH(AtLeast)(values, count, cutoff, numbers);
}

std::int32_t dot_bytes(const std::int8_t* bytes, const std::int16_t* words, std::size_t count) {
  return HWY_DYNAMIC_DISPATCH(DotBytes)(bytes, words, count);
}

float dot_floats(const float* a, const float* b, std::size_t count) {
  return HWY_DYNAMIC_DISPATCH(DotFloats)(a, b, count);
}

const char* kernel_name() { return HWY_DYNAMIC_DISPATCH(Name)(); }

}  // namespace regard::gallery
#endif  // HWY_ONCE
