// The usual way to analyse a camera: an ffmpeg process decodes, converts and pipes raw frames; a second process reads
// them, scales them for the same two networks and runs them. Prints what the second process did as JSON; script/bench
// adds up the CPU time of both.
//
//   ffmpeg -i CLIP -f rawvideo -pix_fmt bgr24 pipe: | split_pipeline WIDTH HEIGHT EVERY FACE.onnx OBJECT.onnx
//
// EVERY: analyse one frame of so many (1 when ffmpeg already drops to the wanted rate).
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "image/image.h"
#include "infer/infer.h"

namespace {

using namespace regard;

bool read_frame(BgrImage& frame) {
  std::size_t done = 0;
  const auto bytes = frame.bytes();
  while (done < bytes.size()) {
    const ssize_t got = ::read(STDIN_FILENO, bytes.data() + done, bytes.size() - done);
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  return true;
}

/// Planar floats, each (value - mean) / deviation; `swap` puts red first.
std::vector<float> planar(const BgrImage& picture, Size padded, bool swap, std::array<float, 3> mean,
                          std::array<float, 3> deviation) {
  const auto plane = static_cast<std::size_t>(padded.width) * static_cast<std::size_t>(padded.height);
  std::vector<float> values(plane * 3);
  for (int y = 0; y < picture.height(); ++y) {
    for (int x = 0; x < picture.width(); ++x) {
      const auto at =
          static_cast<std::size_t>(y) * static_cast<std::size_t>(padded.width) + static_cast<std::size_t>(x);
      for (std::size_t c = 0; c < 3; ++c) {
        values[c * plane + at] = (static_cast<float>(picture.at(x, y)[swap ? 2 - c : c]) - mean[c]) / deviation[c];
      }
    }
  }
  return values;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  const Size size{std::atoi(argv[1]), std::atoi(argv[2])};
  const int every = std::atoi(argv[3]);
  auto faces = infer::Model::open(argv[4], {.operators = infer::Operators::as_exported});
  auto objects = infer::Model::open(argv[5], {.operators = infer::Operators::as_exported});
  if (!faces || !objects) return 2;
  const int side = static_cast<int>(objects->inputs()[0].shape[2]);
  const int longest = std::max(size.width, size.height);
  const Size small{640 * size.width / longest, 640 * size.height / longest};
  const Size padded{(small.width + 31) / 32 * 32, (small.height + 31) / 32 * 32};
  BgrImage frame{size};
  int read = 0;
  int analysed = 0;
  for (; read_frame(frame); ++read) {
    if (read % every != 0) continue;
    const auto face_values = planar(image::resize(frame.view(), small), padded, false, {0, 0, 0}, {1, 1, 1});
    const auto object_values = planar(image::resize(frame.view(), {side, side}), {side, side}, true,
                                      {123.675F, 116.28F, 103.53F}, {58.395F, 57.12F, 57.375F});
    const auto face_out =
        faces->run(infer::TensorView{faces->inputs()[0].name, {1, 3, padded.height, padded.width}, face_values});
    const auto object_out =
        objects->run(infer::TensorView{objects->inputs()[0].name, {1, 3, side, side}, object_values});
    if (!face_out || !object_out) return 2;
    ++analysed;
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double cpu = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                     static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  std::printf("{\"read\":%d,\"analysed\":%d,\"cpu_seconds\":%.3f}\n", read, analysed, cpu);
  return 0;
}
