#include "capture/io/test_material.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace regard::capture::test {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "regard-capture-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void make_clip(const std::string& arguments, const fs::path& output) {
  // The sanitizers' settings are for our own program.
  const std::string command =
      "env -u LD_PRELOAD ffmpeg -nostdin -loglevel error -y " + arguments + " '" + output.string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
}

void make_h264_clip(const fs::path& output, const std::string& more) {
  make_clip(
      "-f lavfi -i testsrc2=size=320x180:rate=25:duration=2 -c:v libx264 -threads 1 -preset veryfast -pix_fmt yuv420p "
      "-g 25 " +
          more,
      output);
}

std::string contents(const fs::path& file) {
  std::ifstream stream{file, std::ios::binary};
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

void write(const fs::path& file, const std::string& bytes) { std::ofstream{file, std::ios::binary} << bytes; }

}  // namespace regard::capture::test
