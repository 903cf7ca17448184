#include "app/io/eval_parts.h"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace regard::app {
namespace {

namespace fs = std::filesystem;

bool is_image(const fs::path& file) {
  std::string ending = file.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending == ".jpg" || ending == ".jpeg" || ending == ".png" || ending == ".webp" || ending == ".ppm";
}

template <typename Iterator>
std::vector<fs::path> files_of(const fs::path& folder, std::error_code& failure) {
  std::vector<fs::path> files;
  for (Iterator at{folder, failure}, end; !failure && at != end; at.increment(failure)) {
    std::error_code ignored;
    if (at->is_regular_file(ignored) && is_image(at->path())) files.push_back(at->path());
  }
  return files;
}

}  // namespace

Result<std::vector<fs::path>> images_in(const fs::path& folder, Below below) {
  std::error_code failure;
  std::vector<fs::path> files = below == Below::all_folders
                                    ? files_of<fs::recursive_directory_iterator>(folder, failure)
                                    : files_of<fs::directory_iterator>(folder, failure);
  const std::string doing = "listing images of " + folder.string();
  if (failure) return fail(ErrorKind::not_found, doing, failure.message(), "check the path and its rights");
  if (files.empty())
    return fail(ErrorKind::not_found, doing, "there is no image", "give a folder with JPEG, PNG, WebP or PPM files");
  std::ranges::sort(files);
  return files;
}

Result<std::string> read_text(const fs::path& file) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream || fs::is_directory(file))
    return fail(ErrorKind::not_found, "reading " + file.string(), "it cannot be opened",
                "check the path and its rights");
  return std::string{std::istreambuf_iterator<char>{stream}, {}};
}

Result<void> write_text(const fs::path& file, const std::string& text) {
  std::ofstream stream{file, std::ios::binary};
  stream << text;
  stream.close();
  if (stream) return {};
  return fail(ErrorKind::unavailable, "writing " + file.string(), "it cannot be written",
              "check the path, its rights and the disk");
}

nlohmann::ordered_json interval(const eval::Estimate& estimate) { return {estimate.low, estimate.high}; }

std::string percent(const eval::Estimate& estimate) {
  return fmt::format("{:.2f} % ({:.2f} to {:.2f})", 100 * estimate.value, 100 * estimate.low, 100 * estimate.high);
}

}  // namespace regard::app
