#include "events/io/log_file.h"
#include "events/logic/log_lines.h"

namespace regard::events {
namespace {

/// Reads everything below `size` into `scan` and judges it.
Result<void> judge(const LogFile& file, std::uint64_t size, LogScan& scan) {
  auto rest = file.read_lines(0, size, largest_line,
                              [&](std::string_view line, std::uint64_t offset) { return scan.take(line, offset); });
  if (!rest) return pass_on(std::move(rest));
  if (size - scan.end() > largest_tail) {
    return fail(ErrorKind::corrupt, file.doing(),
                "more bytes follow the last head than a crash can leave, from entry " +
                    std::to_string(scan.tree().size()) + " on",
                "restore the file from a copy and keep this one as evidence");
  }
  // The whole entries before it were judged when they were taken.
  const std::uint64_t next = scan.tree().size() + scan.pending();
  if (auto judged = judge_cut_line(*rest, scan.pending(), next, file.doing()); !judged) return judged;
  return scan.judge_last_head();
}

Result<void> contains(const LogScan& scan, const TreeHead& old_head, const crypto::PublicKey& key,
                      const std::string& doing) {
  const std::string name = "the old head of size " + std::to_string(old_head.size);
  if (!is_signed_by(old_head, key)) {
    return fail(ErrorKind::invalid_input, doing, name + " is not signed by this key", "give a head of this log");
  }
  if (old_head.size > scan.tree().size()) {
    return fail(ErrorKind::corrupt, doing,
                "the log has " + std::to_string(scan.tree().size()) + " entries, but " + name +
                    " vouches for more: from entry " + std::to_string(scan.tree().size()) + " on they were removed",
                "restore the file from a copy and keep this one as evidence");
  }
  if (scan.tree().root(old_head.size) != old_head.root) {
    return fail(ErrorKind::corrupt, doing,
                name + " vouches for other entries than the log has: an entry before " + std::to_string(old_head.size) +
                    " was replaced and everything signed again",
                "restore the file from a copy and keep this one as evidence");
  }
  return {};
}

}  // namespace

Result<LogCheck> verify_log(const std::filesystem::path& path, const crypto::PublicKey& key,
                            const std::optional<TreeHead>& old_head) {
  const std::string doing = "checking transparency log " + path.string();
  auto file = LogFile::open(path, LogFile::Access::read, doing);
  if (!file) return pass_on(std::move(file));
  std::uint64_t size = 0;
  {
    // Only to see no half-written batch: what lies below the end is never changed by a writer.
    auto lock = file->lock(LogFile::Sharing::shared);
    if (!lock) return pass_on(std::move(lock));
    auto measured = file->size();
    if (!measured) return pass_on(std::move(measured));
    size = *measured;
  }
  LogScan scan{key, LogScan::Entries::hashed, LogScan::Signatures::last, doing};
  if (!judge(*file, size, scan)) {
    // Once more and slower: so the first head is named that the key did not sign, should that be what is wrong.
    scan = LogScan{key, LogScan::Entries::hashed, LogScan::Signatures::every, doing};
    if (auto judged = judge(*file, size, scan); !judged) return pass_on(std::move(judged));
  }
  if (old_head) {
    if (auto part = contains(scan, *old_head, key, doing); !part) return pass_on(std::move(part));
  }
  return LogCheck{scan.tree().size(), scan.head(), size - scan.end()};
}

}  // namespace regard::events
