#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "events/logic/log_lines.h"

namespace {

using namespace regard;

/// The key that signed the corpus.
const crypto::PublicKey& key() {
  static const crypto::PublicKey key =
      crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(std::vector<std::uint8_t>(32, 7)))->public_key();
  return key;
}

/// Whatever one reader accepts, the other accepts too, and it is what would be written.
void check_lines(std::string_view text, bool whole_log_is_right) {
  events::LogScan scan{key(), events::LogScan::Entries::skipped, events::LogScan::Signatures::last, "fuzz"};
  std::size_t from = 0;
  bool right = true;
  for (std::size_t end = text.find('\n'); right && end != std::string_view::npos; end = text.find('\n', from)) {
    const std::string_view line = text.substr(from, end - from);
    if (const auto head = events::head_line_from(line)) CHECK(events::to_line(*head) == line);
    right = scan.take(line, from).has_value();
    from = end + 1;
  }
  CHECK(!whole_log_is_right || (right && scan.judge_last_head()));
  if (right) static_cast<void>(events::judge_unfinished(text.substr(scan.end()), scan.tree().size(), "fuzz"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(bytes), size};
  static const int memory = ::memfd_create("log", MFD_CLOEXEC);
  CHECK(memory >= 0 && ::ftruncate(memory, 0) == 0);
  CHECK(::pwrite(memory, bytes, size, 0) == static_cast<ssize_t>(size));
  const auto check = events::verify_log("/proc/self/fd/" + std::to_string(memory), key());
  CHECK(!check || check->unfinished_bytes <= size);
  CHECK(check || check.error().kind == ErrorKind::corrupt);
  check_lines(text, check.has_value());
  return 0;
}
