#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "image/image.h"

namespace regard::image {
namespace {

// OpenCV wants a mutable pointer even for a header over borrowed pixels; nothing below writes through it.
template <int Channels>
cv::Mat borrow(const ImageView<Channels>& view) {
  return {view.size.height, view.size.width, CV_8UC(Channels), const_cast<std::uint8_t*>(view.pixels),
          static_cast<std::size_t>(view.stride)};
}

template <int Channels>
cv::Mat borrow(Image<Channels>& image) {
  return {image.height(), image.width(), CV_8UC(Channels), image.bytes().data()};
}

cv::Scalar scalar(Colour colour) { return {double(colour.blue), double(colour.green), double(colour.red)}; }

bool covers_exactly(const PixelBox& region, Size size) {
  return region == PixelBox{0, 0, static_cast<float>(size.width), static_cast<float>(size.height)};
}

template <int Channels>
Image<Channels> resize_any(const ImageView<Channels>& source, Size size) {
  CHECK(size.width > 0 && size.height > 0);
  Image<Channels> result{size};
  if (source.empty()) return result;
  cv::Mat target = borrow(result);
  const bool shrinks = size.width < source.size.width && size.height < source.size.height;
  cv::resize(borrow(source), target, target.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
  return result;
}

template <int Channels>
Image<Channels> cut_any(const ImageView<Channels>& source, const PixelBox& region, Size size) {
  CHECK(size.width > 0 && size.height > 0);
  if (covers_exactly(region, source.size)) return resize_any(source, size);
  Image<Channels> result{size};
  if (source.empty() || !(region.width > 0) || !(region.height > 0)) return result;
  cv::Mat target = borrow(result);

  // Shrinking strongly: average whole pixels of the part that lies inside, put where it belongs.
  const float across = static_cast<float>(size.width) / region.width;
  const float down = static_cast<float>(size.height) / region.height;
  if (across < 0.5F && down < 0.5F) {
    const int left = std::clamp(static_cast<int>(std::lround(region.x)), 0, source.size.width);
    const int top = std::clamp(static_cast<int>(std::lround(region.y)), 0, source.size.height);
    const int right = std::clamp(static_cast<int>(std::lround(region.right())), left, source.size.width);
    const int bottom = std::clamp(static_cast<int>(std::lround(region.bottom())), top, source.size.height);
    const int to_left =
        std::clamp(static_cast<int>(std::lround((static_cast<float>(left) - region.x) * across)), 0, size.width);
    const int to_top =
        std::clamp(static_cast<int>(std::lround((static_cast<float>(top) - region.y) * down)), 0, size.height);
    const int to_right =
        std::clamp(static_cast<int>(std::lround((static_cast<float>(right) - region.x) * across)), to_left, size.width);
    const int to_bottom =
        std::clamp(static_cast<int>(std::lround((static_cast<float>(bottom) - region.y) * down)), to_top, size.height);
    if (right == left || bottom == top || to_right == to_left || to_bottom == to_top) return result;
    const cv::Mat from = borrow(source)(cv::Rect{left, top, right - left, bottom - top});
    cv::Mat part = target(cv::Rect{to_left, to_top, to_right - to_left, to_bottom - to_top});
    cv::resize(from, part, part.size(), 0, 0, cv::INTER_AREA);
    return result;
  }

  // Otherwise one bilinear warp. Pixel centres sit at +0.5, OpenCV counts from the centre of pixel 0.
  const cv::Matx23f map{across, 0, (0.5F - region.x) * across - 0.5F, 0, down, (0.5F - region.y) * down - 0.5F};
  cv::warpAffine(borrow(source), target, map, target.size(), cv::INTER_LINEAR, cv::BORDER_CONSTANT);
  return result;
}

}  // namespace

BgrImage cut(const BgrView& source, const PixelBox& region, Size size) { return cut_any(source, region, size); }
GreyImage cut(const GreyView& source, const PixelBox& region, Size size) { return cut_any(source, region, size); }
BgrImage resize(const BgrView& source, Size size) { return resize_any(source, size); }
GreyImage resize(const GreyView& source, Size size) { return resize_any(source, size); }

GreyImage to_grey(const BgrView& source) {
  GreyImage result{source.size};
  if (source.empty()) return result;
  cv::Mat target = borrow(result);
  cv::cvtColor(borrow(source), target, cv::COLOR_BGR2GRAY);
  return result;
}

BgrImage warp(const BgrView& source, const Affine& map, Size size) {
  CHECK(size.width > 0 && size.height > 0);
  BgrImage result{size};
  if (source.empty()) return result;
  cv::Mat target = borrow(result);
  const cv::Matx23f matrix{map[0], map[1], map[2], map[3], map[4], map[5]};
  cv::warpAffine(borrow(source), target, matrix, target.size(), cv::INTER_LINEAR, cv::BORDER_CONSTANT);
  return result;
}

float sharpness(const GreyView& source) {
  if (source.empty()) return 0;
  cv::Mat edges;
  cv::Laplacian(borrow(source), edges, CV_32F, 3);
  cv::Scalar mean;
  cv::Scalar deviation;
  cv::meanStdDev(edges, mean, deviation);
  return static_cast<float>(deviation[0] * deviation[0]);
}

float brightness(const GreyView& source) {
  return source.empty() ? 0.0F : static_cast<float>(cv::mean(borrow(source))[0]);
}

void obscure(BgrImage& picture, const PixelBox& region, int cells) {
  CHECK(cells >= 1);
  const PixelBox inside = clip(region, picture.size());
  const int left = static_cast<int>(std::floor(inside.x));
  const int top = static_cast<int>(std::floor(inside.y));
  const int right = std::min(picture.width(), static_cast<int>(std::ceil(inside.right())));
  const int bottom = std::min(picture.height(), static_cast<int>(std::ceil(inside.bottom())));
  if (right <= left || bottom <= top) return;
  cv::Mat part = borrow(picture)(cv::Rect{left, top, right - left, bottom - top});
  cv::Mat mosaic;
  cv::resize(part, mosaic, cv::Size{std::min(cells, part.cols), std::min(cells, part.rows)}, 0, 0, cv::INTER_AREA);
  for (int y = 0; y < mosaic.rows; ++y) {
    std::uint8_t* row = mosaic.ptr(y);
    std::for_each(row, row + std::ptrdiff_t{3} * mosaic.cols,
                  [](std::uint8_t& value) { value = static_cast<std::uint8_t>((value & 0xF0) | 0x08); });
  }
  cv::resize(mosaic, part, part.size(), 0, 0, cv::INTER_NEAREST);
  const double spread = std::max(1.0, std::min(part.rows, part.cols) / (2.0 * cells));
  cv::GaussianBlur(part, part, {}, spread, spread, cv::BORDER_REPLICATE | cv::BORDER_ISOLATED);
}

void draw_box(BgrImage& picture, const PixelBox& box, Colour colour, int thickness) {
  cv::Mat target = borrow(picture);
  cv::rectangle(target, cv::Point{static_cast<int>(std::lround(box.x)), static_cast<int>(std::lround(box.y))},
                cv::Point{static_cast<int>(std::lround(box.right())), static_cast<int>(std::lround(box.bottom()))},
                scalar(colour), thickness, cv::LINE_AA);
}

void draw_line(BgrImage& picture, PixelPoint from, PixelPoint to, Colour colour, int thickness) {
  cv::Mat target = borrow(picture);
  cv::line(target, cv::Point2f{from.x, from.y}, cv::Point2f{to.x, to.y}, scalar(colour), thickness, cv::LINE_AA);
}

void draw_label(BgrImage& picture, PixelPoint corner, const std::string& text, Colour ink, Colour plate, int height) {
  constexpr double capital_height = 21.0;  // of FONT_HERSHEY_SIMPLEX at scale 1, in pixels
  const double scale = height / capital_height;
  const int thickness = std::max(1, static_cast<int>(std::lround(height / 11.0)));
  int below = 0;
  const cv::Size extent = cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, scale, thickness, &below);
  const int margin = std::max(2, height / 3);
  const int width = extent.width + 2 * margin;
  const int tall = extent.height + 2 * margin;
  const int left = std::clamp(static_cast<int>(std::lround(corner.x)), 0, std::max(0, picture.width() - width));
  const int bottom =
      std::clamp(static_cast<int>(std::lround(corner.y)), std::min(tall, picture.height()), picture.height());
  cv::Mat target = borrow(picture);
  cv::rectangle(target, cv::Rect{left, bottom - tall, width, tall}, scalar(plate), cv::FILLED);
  cv::putText(target, text, cv::Point{left + margin, bottom - margin}, cv::FONT_HERSHEY_SIMPLEX, scale, scalar(ink),
              thickness, cv::LINE_AA);
}

}  // namespace regard::image
