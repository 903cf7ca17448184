#include "capture/io/av_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <optional>
#include <vector>

#include "image/image.h"

namespace regard::capture {
namespace {

struct ScalerKey {
  Size from;
  AVPixelFormat from_format = AV_PIX_FMT_NONE;
  Size to;
  AVPixelFormat to_format = AV_PIX_FMT_NONE;
  int matrix = SWS_CS_ITU601;
  bool full_range = false;
  friend bool operator==(const ScalerKey&, const ScalerKey&) = default;
};

ffmpeg::Scaler make_scaler(const ScalerKey& key) {
  const bool shrinks = key.to.width < key.from.width || key.to.height < key.from.height;
  ffmpeg::Scaler scaler{sws_getContext(key.from.width, key.from.height, key.from_format, key.to.width, key.to.height,
                                       key.to_format, shrinks ? SWS_AREA : SWS_BILINEAR, nullptr, nullptr, nullptr)};
  if (scaler) {
    // BGR and grey leave with the full range 0..255.
    const int* coefficients = sws_getCoefficients(key.matrix);
    sws_setColorspaceDetails(scaler.get(), coefficients, key.full_range ? 1 : 0, coefficients, 1, 0, 1 << 16, 1 << 16);
  }
  return scaler;
}

// swscale's deprecated J formats are the ordinary ones with full range.
AVPixelFormat without_range(AVPixelFormat format, bool& full_range) {
  switch (format) {
    case AV_PIX_FMT_YUVJ420P:
      full_range = true;
      return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P:
      full_range = true;
      return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ444P:
      full_range = true;
      return AV_PIX_FMT_YUV444P;
    case AV_PIX_FMT_YUVJ440P:
      full_range = true;
      return AV_PIX_FMT_YUV440P;
    default:
      return format;
  }
}

// A stream that does not name its matrix: high definition is BT.709, the rest BT.601, as players do.
int matrix_of(const AVFrame& frame) {
  switch (frame.colorspace) {
    case AVCOL_SPC_BT709:
      return SWS_CS_ITU709;
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
      return SWS_CS_ITU601;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
      return SWS_CS_BT2020;
    case AVCOL_SPC_FCC:
      return SWS_CS_FCC;
    case AVCOL_SPC_SMPTE240M:
      return SWS_CS_SMPTE240M;
    default:
      return frame.height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601;
  }
}

struct WholePixels {
  int left = 0;
  int top = 0;
  int right = 0;
  int bottom = 0;
  [[nodiscard]] Size size() const { return {right - left, bottom - top}; }
};

}  // namespace

class ScalerPool {
 public:
  /// Converts between the pixels described by `key`. False when swscale cannot.
  bool convert(const ScalerKey& key, const std::array<const std::uint8_t*, 4>& from,
               const std::array<int, 4>& from_stride, std::uint8_t* to, int to_stride) {
    ffmpeg::Scaler scaler = take(key);
    if (!scaler) scaler = make_scaler(key);
    if (!scaler) return false;
    std::array<std::uint8_t*, 4> planes{to};
    const std::array<int, 4> strides{to_stride};
    sws_scale(scaler.get(), from.data(), from_stride.data(), 0, key.from.height, planes.data(), strides.data());
    give_back(key, std::move(scaler));
    return true;
  }

 private:
  struct Idle {
    ScalerKey key;
    ffmpeg::Scaler scaler;
  };

  ffmpeg::Scaler take(const ScalerKey& key) {
    const std::lock_guard lock{mutex_};
    const auto found = std::ranges::find(idle_, key, &Idle::key);
    if (found == idle_.end()) return nullptr;
    ffmpeg::Scaler scaler = std::move(found->scaler);
    idle_.erase(found);
    return scaler;
  }

  void give_back(const ScalerKey& key, ffmpeg::Scaler scaler) {
    constexpr std::size_t most_idle = 8;  // networks and motion gate need three or four; the rest are crops
    const std::lock_guard lock{mutex_};
    if (idle_.size() == most_idle) idle_.erase(idle_.begin());
    idle_.push_back({key, std::move(scaler)});
  }

  std::mutex mutex_;
  std::vector<Idle> idle_;  ///< least recently used first
};

std::shared_ptr<ScalerPool> make_scaler_pool() { return std::make_shared<ScalerPool>(); }

namespace {

class AvPicture final : public Picture {
 public:
  AvPicture(ffmpeg::Frame frame, std::shared_ptr<ScalerPool> pool)
      : frame_{std::move(frame)},
        pool_{std::move(pool)},
        full_range_{frame_->color_range == AVCOL_RANGE_JPEG},
        format_{without_range(static_cast<AVPixelFormat>(frame_->format), full_range_)} {}

  [[nodiscard]] Size size() const override { return {frame_->width, frame_->height}; }

  [[nodiscard]] BgrImage scaled(Size size) const override {
    return convert<BgrImage>({0, 0, frame_->width, frame_->height}, size, AV_PIX_FMT_BGR24);
  }

  [[nodiscard]] GreyImage luma(Size size) const override {
    return convert<GreyImage>({0, 0, frame_->width, frame_->height}, size, AV_PIX_FMT_GRAY8);
  }

  [[nodiscard]] BgrImage cut(const PixelBox& region, Size size) const override {
    const PixelBox visible = clip(region, this->size());
    if (!(visible.area() > 0)) return BgrImage{size};  // also when a coordinate is not a number
    const WholePixels part = around(region);
    if (const auto tile = as_tile(region, size)) return convert<BgrImage>(*tile, size, AV_PIX_FMT_BGR24);
    const BgrImage pixels = convert<BgrImage>(part, part.size(), AV_PIX_FMT_BGR24);
    const PixelBox inside{region.x - static_cast<float>(part.left), region.y - static_cast<float>(part.top),
                          region.width, region.height};
    return image::cut(pixels.view(), inside, size);
  }

 private:
  // A region of whole pixels inside the picture, starting at a chroma sample, that is to become smaller: a tile of a
  // large picture for a network. Such a one is scaled while it is converted, which costs less than one after the other.
  [[nodiscard]] std::optional<WholePixels> as_tile(const PixelBox& region, Size size) const {
    if (clip(region, this->size()) != region) return std::nullopt;
    const WholePixels tile{static_cast<int>(region.x), static_cast<int>(region.y), static_cast<int>(region.right()),
                           static_cast<int>(region.bottom())};
    const PixelBox whole{static_cast<float>(tile.left), static_cast<float>(tile.top),
                         static_cast<float>(tile.size().width), static_cast<float>(tile.size().height)};
    const AVPixFmtDescriptor* layout = av_pix_fmt_desc_get(format_);
    if (layout == nullptr) return std::nullopt;
    const bool at_chroma =
        tile.left % (1 << layout->log2_chroma_w) == 0 && tile.top % (1 << layout->log2_chroma_h) == 0;
    const bool smaller = size.width < tile.size().width && size.height < tile.size().height;
    if (!smaller || whole != region || !at_chroma) return std::nullopt;
    return tile;
  }

  // The pixels needed for `region`: a little more than it, so that interpolation at its edge sees its neighbours, and
  // starting where chroma samples start.
  [[nodiscard]] WholePixels around(const PixelBox& region) const {
    constexpr float margin = 2;
    constexpr int grid = 16;  // swscale's vector code wants aligned rows; also chroma of every format
    const auto low = [](float value, int limit) {
      const auto whole = static_cast<int>(std::clamp(std::floor(value - margin), 0.0F, static_cast<float>(limit)));
      return whole / grid * grid;
    };
    const auto high = [](float value, int limit) {
      const auto whole = static_cast<int>(std::clamp(std::ceil(value + margin), 0.0F, static_cast<float>(limit)));
      return std::min((whole + grid - 1) / grid * grid, limit);
    };
    return {low(region.x, frame_->width), low(region.y, frame_->height), high(region.right(), frame_->width),
            high(region.bottom(), frame_->height)};
  }

  template <typename ImageType>
  [[nodiscard]] ImageType convert(const WholePixels& part, Size size, AVPixelFormat to) const {
    ImageType result{size};
    if (result.empty()) return result;
    const AVPixFmtDescriptor* layout = av_pix_fmt_desc_get(format_);
    std::array<const std::uint8_t*, 4> planes{};
    std::array<int, 4> strides{};
    for (std::size_t plane = 0; plane < planes.size() && frame_->data[plane] != nullptr; ++plane) {
      planes[plane] = frame_->data[plane];
      strides[plane] = frame_->linesize[plane];
    }
    if (layout != nullptr && (part.left != 0 || part.top != 0)) move_to(part, *layout, planes, strides);
    pool_->convert({part.size(), format_, size, to, matrix_of(*frame_), full_range_}, planes, strides,
                   result.bytes().data(), static_cast<int>(result.stride()));
    return result;
  }

  // Moves the plane pointers to the top left corner of `part`.
  static void move_to(const WholePixels& part, const AVPixFmtDescriptor& layout,
                      std::array<const std::uint8_t*, 4>& planes, const std::array<int, 4>& strides) {
    std::array<bool, 4> moved{};
    for (int i = 0; i < layout.nb_components; ++i) {
      const AVComponentDescriptor& component = layout.comp[i];
      const auto plane = static_cast<std::size_t>(component.plane);
      if (moved[plane] || planes[plane] == nullptr) continue;
      const bool chroma = (i == 1 || i == 2) && (layout.flags & AV_PIX_FMT_FLAG_RGB) == 0;
      const int x = chroma ? part.left >> layout.log2_chroma_w : part.left;
      const int y = chroma ? part.top >> layout.log2_chroma_h : part.top;
      planes[plane] +=
          static_cast<std::ptrdiff_t>(y) * strides[plane] + static_cast<std::ptrdiff_t>(x) * component.step;
      moved[plane] = true;
    }
  }

  ffmpeg::Frame frame_;
  std::shared_ptr<ScalerPool> pool_;
  bool full_range_;
  AVPixelFormat format_;
};

class PackedPicture final : public Picture {
 public:
  explicit PackedPicture(BgrImage pixels) : pixels_{std::move(pixels)} {}

  [[nodiscard]] Size size() const override { return pixels_.size(); }
  [[nodiscard]] BgrImage cut(const PixelBox& region, Size size) const override {
    return image::cut(pixels_.view(), region, size);
  }
  [[nodiscard]] BgrImage scaled(Size size) const override {
    return size == pixels_.size() ? pixels_ : image::resize(pixels_.view(), size);
  }
  [[nodiscard]] GreyImage luma(Size size) const override { return image::to_grey(scaled(size).view()); }

 private:
  BgrImage pixels_;
};

}  // namespace

std::shared_ptr<const Picture> make_picture(ffmpeg::Frame frame, std::shared_ptr<ScalerPool> pool) {
  if (frame->hw_frames_ctx != nullptr) {
    ffmpeg::Frame in_memory{av_frame_alloc()};
    if (av_hwframe_transfer_data(in_memory.get(), frame.get(), 0) < 0) return nullptr;
    av_frame_copy_props(in_memory.get(), frame.get());
    frame = std::move(in_memory);
  }
  return std::make_shared<AvPicture>(std::move(frame), std::move(pool));
}

std::shared_ptr<const Picture> make_picture(BgrImage pixels) {
  return std::make_shared<PackedPicture>(std::move(pixels));
}

}  // namespace regard::capture
