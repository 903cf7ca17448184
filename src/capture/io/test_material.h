// Clips and servers for the tests of this stage, made when a test wants them.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace regard::capture::test {

/// A folder that is removed with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// Runs Debian's `ffmpeg` with `arguments` (split at blanks) and writes `output`. Fails the test when it fails.
void make_clip(const std::string& arguments, const std::filesystem::path& output);

/// 2 seconds of FFmpeg's moving test card, 320x180 at 25 per second, H.264 with a key frame each second.
void make_h264_clip(const std::filesystem::path& output, const std::string& more = "");

[[nodiscard]] std::string contents(const std::filesystem::path& file);
void write(const std::filesystem::path& file, const std::string& bytes);

}  // namespace regard::capture::test
