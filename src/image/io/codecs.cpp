// Image files: libjpeg-turbo, libspng, libwebp and binary PPM, each asked for its size before anything is allocated.
#include <spng.h>
#include <turbojpeg.h>
#include <webp/decode.h>

#include <array>
#include <cctype>
#include <charconv>
#include <cstring>
#include <fstream>
#include <memory>

#include "image/image.h"

namespace regard::image {
namespace {

using Bytes = std::span<const std::uint8_t>;

bool starts_with(Bytes bytes, std::string_view magic) {
  return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

tl::unexpected<Error> damaged(const std::string& name, const std::string& cause) {
  return fail(ErrorKind::corrupt, "decoding image " + name, cause, "check that the file is whole, or choose another");
}

Result<void> check_size(std::int64_t width, std::int64_t height, const std::string& name, const DecodeLimits& limits) {
  if (width <= 0 || height <= 0) return damaged(name, "its width or height is zero");
  if (width > limits.max_pixels / height) {
    return fail(ErrorKind::limit, "decoding image " + name,
                "it is " + std::to_string(width) + " x " + std::to_string(height) + " pixels, more than the limit of " +
                    std::to_string(limits.max_pixels / 1'000'000) + " megapixels",
                "scale it down first");
  }
  return {};
}

/// EXIF orientation 1..8 of a JPEG, 1 when there is none. Exif 2.32, section 4.6.4 (tag 274).
int exif_orientation(Bytes jpeg) {
  std::size_t at = 2;
  while (at + 4 <= jpeg.size() && jpeg[at] == 0xFF) {
    const int marker = jpeg[at + 1];
    const std::size_t length = jpeg[at + 2] * 256U + jpeg[at + 3];
    if (marker == 0xDA || length < 2 || at + 2 + length > jpeg.size()) return 1;
    const Bytes segment = jpeg.subspan(at + 4, length - 2);
    at += 2 + length;
    if (marker != 0xE1 || segment.size() < 14 || std::memcmp(segment.data(), "Exif\0\0", 6) != 0) continue;
    const Bytes tiff = segment.subspan(6);
    const bool big = tiff[0] == 'M';
    const auto number = [&](std::size_t offset, int size) -> std::uint32_t {
      if (offset + size > tiff.size()) return 0;
      std::uint32_t value = 0;
      for (int i = 0; i < size; ++i) value |= std::uint32_t{tiff[offset + i]} << (8 * (big ? size - 1 - i : i));
      return value;
    };
    const std::size_t directory = number(4, 4);
    const std::uint32_t entries = number(directory, 2);
    for (std::uint32_t i = 0; i < entries && directory + 2 + (i + 1) * 12 <= tiff.size(); ++i) {
      const std::size_t entry = directory + 2 + i * std::size_t{12};
      if (number(entry, 2) != 274) continue;
      const auto value = static_cast<int>(number(entry + 8, 2));
      return value >= 1 && value <= 8 ? value : 1;
    }
  }
  return 1;
}

BgrImage oriented(const BgrImage& source, int orientation) {
  if (orientation <= 1) return source;
  const int w = source.width();
  const int h = source.height();
  BgrImage result{orientation >= 5 ? Size{h, w} : Size{w, h}};
  for (int y = 0; y < result.height(); ++y) {
    for (int x = 0; x < result.width(); ++x) {
      int from_x = x;
      int from_y = y;
      switch (orientation) {
        case 2:
          from_x = w - 1 - x;
          break;
        case 3:
          from_x = w - 1 - x;
          from_y = h - 1 - y;
          break;
        case 4:
          from_y = h - 1 - y;
          break;
        case 5:
          from_x = y;
          from_y = x;
          break;
        case 6:
          from_x = y;
          from_y = h - 1 - x;
          break;
        case 7:
          from_x = w - 1 - y;
          from_y = h - 1 - x;
          break;
        default:
          from_x = w - 1 - y;
          from_y = x;
          break;
      }
      std::memcpy(result.at(x, y), source.at(from_x, from_y), 3);
    }
  }
  return result;
}

Result<BgrImage> decode_jpeg(Bytes bytes, const std::string& name, const DecodeLimits& limits) {
  const std::unique_ptr<void, decltype(&tjDestroy)> decoder{tjInitDecompress(), &tjDestroy};
  int width = 0;
  int height = 0;
  int sampling = 0;
  int colours = 0;
  if (tjDecompressHeader3(decoder.get(), bytes.data(), bytes.size(), &width, &height, &sampling, &colours) != 0) {
    return damaged(name, tjGetErrorStr2(decoder.get()));
  }
  if (auto fits = check_size(width, height, name, limits); !fits) return pass_on(std::move(fits));
  BgrImage result{Size{width, height}};
  // A warning (for instance a premature end) means that part of the picture is made up: refuse it.
  if (tjDecompress2(decoder.get(), bytes.data(), bytes.size(), result.bytes().data(), width, 0, height, TJPF_BGR, 0) !=
      0) {
    return damaged(name, tjGetErrorStr2(decoder.get()));
  }
  return oriented(result, exif_orientation(bytes));
}

Result<BgrImage> decode_png(Bytes bytes, const std::string& name, const DecodeLimits& limits) {
  const std::unique_ptr<spng_ctx, decltype(&spng_ctx_free)> decoder{spng_ctx_new(0), &spng_ctx_free};
  spng_set_chunk_limits(decoder.get(), 16U << 20U, 64U << 20U);
  spng_set_png_buffer(decoder.get(), bytes.data(), bytes.size());
  spng_ihdr header{};
  if (const int code = spng_get_ihdr(decoder.get(), &header); code != 0) return damaged(name, spng_strerror(code));
  if (auto fits = check_size(header.width, header.height, name, limits); !fits) return pass_on(std::move(fits));
  const std::size_t pixels = std::size_t{header.width} * header.height;
  std::vector<std::uint8_t> rgba(pixels * 4);
  if (const int code = spng_decode_image(decoder.get(), rgba.data(), rgba.size(), SPNG_FMT_RGBA8, 0); code != 0) {
    return damaged(name, spng_strerror(code));
  }
  BgrImage result{Size{static_cast<int>(header.width), static_cast<int>(header.height)}};
  std::uint8_t* out = result.bytes().data();
  for (std::size_t i = 0; i < pixels; ++i) {
    for (std::size_t c = 0; c < 3; ++c) {  // composed over black by the alpha channel
      out[i * 3 + 2 - c] = static_cast<std::uint8_t>(rgba[i * 4 + c] * rgba[i * 4 + 3] / 255);
    }
  }
  return result;
}

Result<BgrImage> decode_webp(Bytes bytes, const std::string& name, const DecodeLimits& limits) {
  int width = 0;
  int height = 0;
  if (WebPGetInfo(bytes.data(), bytes.size(), &width, &height) == 0) return damaged(name, "its WebP header is damaged");
  if (auto fits = check_size(width, height, name, limits); !fits) return pass_on(std::move(fits));
  BgrImage result{Size{width, height}};
  if (WebPDecodeBGRInto(bytes.data(), bytes.size(), result.bytes().data(), result.bytes().size(),
                        static_cast<int>(result.stride())) == nullptr) {
    return damaged(name, "its WebP data is damaged or animated");
  }
  return result;
}

/// Binary PPM (P6) with 8 bits a channel: netpbm's own description, "ppm" manual page.
Result<BgrImage> decode_ppm(Bytes bytes, const std::string& name, const DecodeLimits& limits) {
  std::size_t at = 2;
  std::array<int, 3> numbers{};
  for (int& number : numbers) {
    while (at < bytes.size() && (std::isspace(bytes[at]) != 0 || bytes[at] == '#')) {
      if (bytes[at] == '#') {
        while (at < bytes.size() && bytes[at] != '\n') ++at;
      } else {
        ++at;
      }
    }
    const std::size_t start = at;
    while (at < bytes.size() && at - start < 9 && std::isdigit(bytes[at]) != 0)
      number = number * 10 + (bytes[at++] - '0');
    if (at == start) return damaged(name, "its PPM header is damaged");
  }
  ++at;  // exactly one white space before the pixels
  if (numbers[2] != 255) {
    return fail(ErrorKind::unsupported, "decoding image " + name, "only 8 bits a channel are read from PPM",
                "convert it to PNG");
  }
  if (auto fits = check_size(numbers[0], numbers[1], name, limits); !fits) return pass_on(std::move(fits));
  BgrImage result{Size{numbers[0], numbers[1]}};
  if (at > bytes.size() || bytes.size() - at < result.bytes().size())
    return damaged(name, "it ends before its last row");
  for (std::size_t i = 0; i < result.bytes().size(); i += 3) {
    for (std::size_t c = 0; c < 3; ++c) result.bytes()[i + 2 - c] = bytes[at + i + c];
  }
  return result;
}

}  // namespace

Result<BgrImage> decode(Bytes bytes, const std::string& name, const DecodeLimits& limits) {
  if (bytes.empty()) return damaged(name, "it is empty (zero bytes)");
  if (static_cast<std::int64_t>(bytes.size()) > limits.max_bytes) {
    return fail(ErrorKind::limit, "decoding image " + name,
                "it has more than " + std::to_string(limits.max_bytes / (1024 * 1024)) + " MiB",
                "choose a smaller file");
  }
  if (starts_with(bytes, "\xFF\xD8\xFF")) return decode_jpeg(bytes, name, limits);
  if (starts_with(bytes, "\x89PNG\r\n\x1A\n")) return decode_png(bytes, name, limits);
  if (starts_with(bytes, "RIFF") && bytes.size() >= 12 && starts_with(bytes.subspan(8), "WEBP"))
    return decode_webp(bytes, name, limits);
  if (starts_with(bytes, "P6")) return decode_ppm(bytes, name, limits);
  return damaged(name, "it is not a JPEG, PNG, WebP or PPM image");
}

Result<BgrImage> read(const std::filesystem::path& file, const DecodeLimits& limits) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(file, failure);
  if (failure) {
    return fail(ErrorKind::not_found, "reading image " + file.string(), failure.message(),
                "check the path and its rights");
  }
  if (static_cast<std::int64_t>(size) > limits.max_bytes) {
    return fail(ErrorKind::limit, "reading image " + file.string(),
                "it has more than " + std::to_string(limits.max_bytes / (1024 * 1024)) + " MiB",
                "choose a smaller file");
  }
  std::vector<std::uint8_t> bytes(size);
  std::ifstream stream{file, std::ios::binary};
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!stream) {
    return fail(ErrorKind::not_found, "reading image " + file.string(), "it cannot be read", "check its rights");
  }
  return decode(bytes, file.string(), limits);
}

std::string encode_jpeg(const BgrView& picture, int quality) {
  const std::unique_ptr<void, decltype(&tjDestroy)> encoder{tjInitCompress(), &tjDestroy};
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  const int code = tjCompress2(encoder.get(), picture.pixels, picture.size.width, static_cast<int>(picture.stride),
                               picture.size.height, TJPF_BGR, &bytes, &size, TJSAMP_420, quality, 0);
  CHECK(code == 0);
  std::string result{reinterpret_cast<const char*>(bytes), size};
  tjFree(bytes);
  return result;
}

std::string encode_png(const BgrView& picture) {
  std::vector<std::uint8_t> rgb;
  rgb.reserve(static_cast<std::size_t>(picture.size.width) * picture.size.height * 3);
  for (int y = 0; y < picture.size.height; ++y) {
    for (int x = 0; x < picture.size.width; ++x) {
      const std::uint8_t* pixel = picture.row(y) + std::ptrdiff_t{3} * x;
      rgb.insert(rgb.end(), {pixel[2], pixel[1], pixel[0]});
    }
  }
  const std::unique_ptr<spng_ctx, decltype(&spng_ctx_free)> encoder{spng_ctx_new(SPNG_CTX_ENCODER), &spng_ctx_free};
  spng_set_option(encoder.get(), SPNG_ENCODE_TO_BUFFER, 1);
  spng_ihdr header{};
  header.width = static_cast<std::uint32_t>(picture.size.width);
  header.height = static_cast<std::uint32_t>(picture.size.height);
  header.bit_depth = 8;
  header.color_type = SPNG_COLOR_TYPE_TRUECOLOR;
  spng_set_ihdr(encoder.get(), &header);
  CHECK(spng_encode_image(encoder.get(), rgb.data(), rgb.size(), SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE) == 0);
  std::size_t size = 0;
  int code = 0;
  void* bytes = spng_get_png_buffer(encoder.get(), &size, &code);
  CHECK(bytes != nullptr);
  std::string result{static_cast<const char*>(bytes), size};
  std::free(bytes);
  return result;
}

}  // namespace regard::image
