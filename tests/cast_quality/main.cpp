// cast_quality pictures SCENE FOLDER FIRST COUNT EVERY   writes PNGs and prints the truth
// cast_quality detect SCENE COUNT EVERY [LONGEST]        how often faces and bodies are found
// cast_quality identity [SEED [PEOPLE [VIEWS]]]          how alike the face network finds people
// cast_quality speed SCENE COUNT                         frames per second
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "image/image.h"
#include "measure.h"

namespace {

using namespace regard;
using Words = std::vector<std::string>;

int number(const Words& words, std::size_t at, int otherwise) {
  return at < words.size() ? std::atoi(words[at].c_str()) : otherwise;
}

int pictures(const cast::SceneOptions& scene, const Words& words) {
  cast::Stage stage{scene};
  for (int n = 0; n < number(words, 5, 1); ++n) {
    const auto frame = static_cast<std::uint64_t>(number(words, 4, 0) + n * number(words, 6, 1));
    const cast::Rendering rendering = stage.render(frame);
    char name[64];
    std::snprintf(name, sizeof name, "/%05d.png", static_cast<int>(frame));
    std::ofstream{words[3] + name, std::ios::binary} << image::encode_png(rendering.picture.pixels().view());
    std::printf("%s\n", cast::to_json(rendering.truth).c_str());
  }
  return 0;
}

int speed(const cast::SceneOptions& scene, const Words& words) {
  using clock = std::chrono::steady_clock;
  const auto start = clock::now();
  cast::Stage stage{scene};
  const auto ready = clock::now();
  const int count = number(words, 3, 200);
  for (int n = 0; n < count; ++n) (void)stage.render(static_cast<std::uint64_t>(n));
  const auto end = clock::now();
  const auto s = [](auto d) { return std::chrono::duration<double>(d).count(); };
  std::printf("start-up %.3f s, %.1f frames per second over %d frames, cpu %.1f ms a frame\n", s(ready - start),
              count / s(end - ready), count, 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC / count);
  return 0;
}

void print(const cast_quality::Found& f) {
  const auto share = [](double a, int b) { return b == 0 ? 0.0 : a / b; };
  std::printf(
      "faces %d/%d = %.3f (score %.3f, overlap %.2f, point error %.3f of eye distance); bodies %d/%d = %.3f (overlap "
      "%.2f)\n",
      f.faces_found, f.faces, share(f.faces_found, f.faces), share(f.face_score, f.faces_found),
      share(f.face_overlap, f.faces_found), share(f.point_error, f.faces_found), f.bodies_found, f.bodies,
      share(f.bodies_found, f.bodies), share(f.body_overlap, f.bodies_found));
}

int usage() {
  std::fprintf(stderr,
               "usage: cast_quality pictures SCENE FOLDER FIRST COUNT EVERY | detect SCENE COUNT EVERY [LONGEST] | "
               "identity [SEED [PEOPLE [VIEWS]]] | speed SCENE COUNT\n");
  return 2;
}

}  // namespace

int main(int count, char** arguments) {
  const Words words{arguments, arguments + count};
  if (words.size() < 2) return usage();
  cast::SceneOptions scene;
  if (words[1] != "identity") {
    if (words.size() < 3) return usage();
    const auto read = cast::scene_from(words[2]);
    if (!read) {
      std::fprintf(stderr, "%s\n", read.error().message().c_str());
      return 2;
    }
    scene = *read;
  }
  if (words[1] == "pictures" && words.size() > 3) return pictures(scene, words);
  if (words[1] == "speed") return speed(scene, words);
  const auto folder = cast_quality::model_folder();
  if (!folder) {
    std::fprintf(stderr, "no networks: set REGARD_SHARED to the folder that holds models/\n");
    return 2;
  }
  const auto networks = cast_quality::Networks::open(*folder);
  if (!networks) {
    std::fprintf(stderr, "%s\n", networks.error().message().c_str());
    return 2;
  }
  if (words[1] == "detect") {
    print(cast_quality::detectability(scene, *networks, number(words, 3, 50), number(words, 4, 10),
                                      number(words, 5, 4096)));
    return 0;
  }
  if (words[1] == "identity") {
    const auto r = cast_quality::identity(static_cast<std::uint64_t>(number(words, 2, 1)), number(words, 3, 50),
                                          number(words, 4, 8), *networks);
    std::printf(
        "same: mean %.3f, 1st percentile %.3f (%d pairs); different: mean %.3f, 99th percentile %.3f (%d pairs); no "
        "face in %d pictures\n",
        r.same_mean, r.same_low, r.same_pairs, r.different_mean, r.different_high, r.different_pairs, r.missed);
    return 0;
  }
  return usage();
}
