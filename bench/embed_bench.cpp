// An image file to a template against the bare runs of the same networks, in turns and in time of the processor, so
// that both see the same machine.
// embed_bench FOLDER-OF-INSTALLED-NETWORKS [IMAGE]; without IMAGE a synthetic portrait of 640x480 is used.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <vector>

#include "app/people.h"
#include "cast/cast.h"
#include "consent_memory.h"
#include "image/image.h"
#include "infer/packs.h"

namespace {

using namespace regard;

std::vector<std::uint8_t> encoded_picture(int argc, char** argv) {
  if (argc > 2) {
    std::ifstream file{argv[2], std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  cast::SceneOptions options;
  options.kind = cast::SceneKind::portrait;
  options.size = {640, 480};
  const std::string jpeg = image::encode_jpeg(cast::Stage{options}.render(0).picture.pixels().view(), 92);
  return {jpeg.begin(), jpeg.end()};
}

infer::Model open(const std::filesystem::path& folder, infer::Task task) {
  return infer::Model::open(infer::find(folder, task).value().file).value();
}

/// One run of a network on an input of its own size, or of `size` where that may vary.
class Bare {
 public:
  Bare(infer::Model model, Size size, float mean) : model_{std::move(model)}, shape_{model_.inputs()[0].shape} {
    if (shape_[2] < 0) shape_[2] = (size.height + 31) / 32 * 32;
    if (shape_[3] < 0) shape_[3] = (size.width + 31) / 32 * 32;
    shape_[0] = 1;
    values_.resize(static_cast<std::size_t>(3 * shape_[2] * shape_[3]));
    for (std::size_t i = 0; i < values_.size(); ++i) values_[i] = static_cast<float>(i * 7919 % 251) - mean;
  }
  void run() const { (void)model_.run({model_.inputs()[0].name, shape_, values_}).value(); }
  [[nodiscard]] std::int64_t side() const { return shape_[2]; }

 private:
  infer::Model model_;
  std::vector<std::int64_t> shape_;
  std::vector<float> values_;
};

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const std::filesystem::path folder = argv[1];
  const auto clock = system_clock();
  testing::MemoryRecords records;
  testing::MemoryLedger ledger;
  consent::Gate gate{records, ledger, *clock};
  auto permit = gate.evaluate({consent::Actor{"bench"}, std::string(64, 'b'), 100'000}).value();
  const auto faces = app::open_portrait_detector({.folder = folder}).value();
  const auto embedder = app::open_face_embedder({.folder = folder}, *clock).value();
  const std::vector<std::uint8_t> bytes = encoded_picture(argc, argv);

  const auto whole = [&] {
    const auto picture = capture::make_picture(image::decode(bytes, "bench").value());
    const auto found = faces.detect(*picture).value();
    const detect::Detection* const face = app::central_face(found, picture->size());
    (void)embedder.embed(*picture, *face->points, permit).value();
  };
  const Size size = image::decode(bytes, "bench").value().size();
  const Bare detector{open(folder, infer::Task::face_detection), size, 0};
  const Bare network{open(folder, infer::Task::face_template), size, 0};
  // The descriptor of the npm pack looks at three crops, each mirrored too.
  const int runs = network.side() == 150 ? 6 : 1;
  const auto bare = [&] {
    detector.run();
    for (int i = 0; i < runs; ++i) network.run();
  };
  std::vector<double> whole_ms;
  std::vector<double> bare_ms;
  for (int round = 0; round < 60; ++round) {
    for (const bool all : {true, false}) {
      // The processor's time, not the wall's: other programs may be running.
      const std::clock_t begin = std::clock();
      all ? whole() : bare();
      (all ? whole_ms : bare_ms).push_back(1e3 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    }
  }
  std::printf(
      "%dx%d: file to template %.2f ms, bare networks %.2f ms, ratio %.3f; quickest %.2f and %.2f, ratio %.3f\n",
      size.width, size.height, median(whole_ms), median(bare_ms), median(whole_ms) / median(bare_ms),
      *std::min_element(whole_ms.begin(), whole_ms.end()), *std::min_element(bare_ms.begin(), bare_ms.end()),
      *std::min_element(whole_ms.begin(), whole_ms.end()) / *std::min_element(bare_ms.begin(), bare_ms.end()));
}
