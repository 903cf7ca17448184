#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mutex>

#include "sinks/sinks.h"

namespace regard::sinks {
namespace {

class DescriptorLines final : public EventLines {
 public:
  DescriptorLines(int descriptor, std::string name, bool owned)
      : descriptor_{descriptor}, name_{std::move(name)}, owned_{owned} {}
  DescriptorLines(const DescriptorLines&) = delete;
  DescriptorLines& operator=(const DescriptorLines&) = delete;
  ~DescriptorLines() override {
    if (owned_) ::close(descriptor_);
  }

  Result<void> write(const events::Event& event) override {
    const std::string line = events::to_json(event) + '\n';
    const std::lock_guard lock{mutex_};
    std::size_t done = 0;
    while (done < line.size()) {
      const ssize_t wrote = ::write(descriptor_, line.data() + done, line.size() - done);
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) {
        return fail(ErrorKind::unavailable, "writing events to " + name_, std::strerror(errno),
                    "free space on the disk, or choose another file with --events");
      }
      done += static_cast<std::size_t>(wrote);
    }
    return {};
  }

 private:
  std::mutex mutex_;
  int descriptor_;
  std::string name_;
  bool owned_;
};

}  // namespace

Result<std::unique_ptr<EventLines>> EventLines::open(const std::string& file) {
  if (file == "-") return std::make_unique<DescriptorLines>(STDOUT_FILENO, "standard output", false);
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return fail(ErrorKind::denied, "opening event file " + file, std::strerror(errno),
                "check that the folder exists and may be written");
  }
  return std::make_unique<DescriptorLines>(descriptor, file, true);
}

}  // namespace regard::sinks
