// A folder of images, or one image, as a recording.
#include <algorithm>
#include <array>
#include <atomic>
#include <system_error>

#include "capture/io/sources.h"
#include "capture/logic/pacing.h"
#include "image/image.h"

namespace regard::capture {
namespace {

namespace fs = std::filesystem;

bool is_image(const fs::path& file) {
  constexpr std::array<std::string_view, 5> endings{".jpg", ".jpeg", ".png", ".webp", ".ppm"};
  std::string ending = file.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::ranges::find(endings, ending) != endings.end();
}

class Images final : public Source {
 public:
  Images(std::vector<fs::path> files, const SourceOptions& options, StateListener listener)
      : files_{std::move(files)},
        listener_{std::move(listener)},
        step_{from_seconds(1 / (options.pictures_per_second > 0 ? options.pictures_per_second : 25.0))},
        pacer_{options.frames_per_second, step_},
        opened_at_{system_clock()->now()} {}

  Result<std::optional<Frame>> next(std::stop_token stop) override {
    if (state_ == CameraState::connecting) change(CameraState::live, "");
    while (index_ < files_.size() && !stop.stop_requested()) {
      const std::size_t index = index_++;
      const Duration position = step_ * static_cast<Duration::rep>(index);
      if (!pacer_.take(position)) {
        ++skipped_;
        continue;
      }
      auto pixels = image::read(files_[index]);
      if (!pixels) {
        change(CameraState::ended, pixels.error().cause);
        return pass_on(std::move(pixels));
      }
      ++decoded_;
      size_ = pixels->size();
      return Frame{index, position, opened_at_ + position, make_picture(std::move(*pixels))};
    }
    if (index_ == files_.size() && state_ != CameraState::ended) change(CameraState::ended, "");
    return std::nullopt;
  }

  [[nodiscard]] SourceKind kind() const override { return SourceKind::recorded; }
  [[nodiscard]] Size size() const override { return size_; }
  [[nodiscard]] std::optional<Duration> length() const override {
    return step_ * static_cast<Duration::rep>(files_.size());
  }
  [[nodiscard]] SourceCounts counts() const override { return {decoded_, skipped_, 0, 0, 0}; }
  [[nodiscard]] CameraState state() const override { return state_; }

 private:
  void change(CameraState state, const std::string& detail) {
    state_ = state;
    if (listener_) listener_(state, detail);
  }

  const std::vector<fs::path> files_;
  const StateListener listener_;
  const Duration step_;
  Pacer pacer_;
  const Timestamp opened_at_;
  std::size_t index_ = 0;
  Size size_;
  std::atomic<std::uint64_t> decoded_{0};
  std::atomic<std::uint64_t> skipped_{0};
  std::atomic<CameraState> state_{CameraState::connecting};
};

Result<std::vector<fs::path>> images_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry{folder, error}, end; !error && entry != end; entry.increment(error)) {
    if (is_image(entry->path()) && entry->is_regular_file(error)) files.push_back(entry->path());
  }
  const std::string doing = "opening image folder " + folder.string();
  if (error) return fail(ErrorKind::denied, doing, error.message(), "check the rights of the folder");
  if (files.empty()) {
    return fail(ErrorKind::not_found, doing, "it holds no images", "put .jpg, .png, .webp or .ppm files there");
  }
  std::ranges::sort(files, [](const fs::path& a, const fs::path& b) {
    return naturally_before(a.filename().string(), b.filename().string());
  });
  return files;
}

}  // namespace

OpenedSource open_images(const fs::path& path, const SourceOptions& options, StateListener listener) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    if (!is_image(path)) return nullptr;
    // One image is checked now: there is no later frame that could be good.
    auto pixels = image::read(path);
    if (!pixels) return pass_on(std::move(pixels));
    return std::make_unique<Images>(std::vector{path}, options, std::move(listener));
  }
  auto files = images_in(path);
  if (!files) return pass_on(std::move(files));
  return std::make_unique<Images>(std::move(*files), options, std::move(listener));
}

}  // namespace regard::capture
