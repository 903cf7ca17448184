#include "core/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace regard {

Descriptor::~Descriptor() {
  if (is_open()) ::close(number_);
}

int sync_folder_of(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
  const Descriptor opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!opened.is_open()) return errno;
  return ::fsync(opened.number()) == 0 || errno == EINVAL ? 0 : errno;
}

}  // namespace regard
