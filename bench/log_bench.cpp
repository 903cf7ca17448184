// What the transparency log costs: an append beside a bare fdatasync of as many bytes, appends of many threads, and
// opening and verifying a million entries.
//   build/release/log_bench [FOLDER] [ENTRIES]      (default: the working folder, 1000000)
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <thread>
#include <vector>

#include "events/logic/log_lines.h"
#include "events/transparency.h"

namespace {

using namespace regard;
namespace fs = std::filesystem;

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Wall and CPU: on a busy machine only the second says what the work takes.
struct Took {
  double wall = 0;
  double cpu = 0;
};
Took took_by(const std::function<void()>& work) {
  const std::clock_t start = std::clock();
  const double wall = seconds_of(work);
  return {wall, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC};
}

void demand(bool good, const std::string& what) {
  if (good) return;
  std::fprintf(stderr, "%s failed\n", what.c_str());
  std::exit(1);
}

consent::Entry entry(std::uint64_t count) {
  consent::Entry entry;
  entry.kind = consent::EntryKind::identify_permitted;
  entry.time = Timestamp{std::chrono::seconds{1'790'000'000}} + std::chrono::milliseconds{count};
  entry.actor = {"camera:door"};
  entry.camera = CameraName{"door"};
  entry.gallery = consent::GalleryName{"staff"};
  entry.zone = consent::ZoneName{"entrance"};
  entry.purpose = consent::Purpose::access;
  return entry;
}

crypto::SigningKey key() {
  return crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(std::vector<std::uint8_t>(32, 1))).value();
}

struct Spread {
  double median = 0;
  double late = 0;  ///< 95th percentile
};
Spread spread(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return {values[values.size() / 2], values[values.size() * 95 / 100]};
}

/// One append, one bare write with fdatasync of as many bytes, in turn, so that both meet the same disk.
void append_beside_fdatasync(const fs::path& folder, const Clock& clock) {
  const auto log = events::TransparencyLog::open(folder / "log", key(), clock);
  demand(log.has_value(), "opening");
  const int bare = ::open((folder / "bare").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  constexpr int rounds = 500;
  std::vector<double> ours;
  std::vector<double> theirs;
  std::vector<double> work;
  std::uintmax_t before = 0;
  for (int i = 0; i < rounds; ++i) {
    ours.push_back(seconds_of([&] { demand((*log)->append(entry(0)).has_value(), "appending"); }) * 1e3);
    const std::uintmax_t after = fs::file_size(folder / "log");
    const std::string bytes(after - before, 'x');
    before = after;
    theirs.push_back(seconds_of([&] {
                       demand(::write(bare, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
                              "writing");
                       demand(::fdatasync(bare) == 0, "fdatasync");
                     }) *
                     1e3);
  }
  ::close(bare);
  const Spread a = spread(ours);
  const Spread b = spread(theirs);
  std::printf("append, one thread      median %6.3f ms, 95 %% %6.3f ms\n", a.median, a.late);
  std::printf("write + fdatasync, bare median %6.3f ms, 95 %% %6.3f ms\n", b.median, b.late);
}

void append_of_many(const fs::path& folder, const Clock& clock, int threads) {
  const auto log = events::TransparencyLog::open(folder / ("many" + std::to_string(threads)), key(), clock);
  demand(log.has_value(), "opening");
  constexpr double length = 3;
  std::atomic<std::uint64_t> appended = 0;
  const double took = seconds_of([&] {
    std::vector<std::jthread> running;
    for (int t = 0; t < threads; ++t) {
      running.emplace_back([&] {
        const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(length);
        while (std::chrono::steady_clock::now() < end) {
          demand((*log)->append(entry(0)).has_value(), "appending");
          ++appended;
        }
      });
    }
  });
  std::printf("append, %4d threads    %9.0f entries/s\n", threads, static_cast<double>(appended) / took);
}

/// A log as `append` writes it, without waiting for the disk.
void write_log(const fs::path& file, std::uint64_t entries, std::uint64_t batch) {
  std::FILE* out = std::fopen(file.c_str(), "wb");
  demand(out != nullptr, "creating");
  const crypto::SigningKey signer = key();
  events::MerkleTree tree;
  events::HeadLine line;
  for (std::uint64_t i = 0; i < entries; ++i) {
    const std::string text = events::to_json(entry(i), {i});
    line.leaves.push_back(events::leaf_hash(text));
    tree.append(line.leaves.back());
    std::fprintf(out, "%s\n", text.c_str());
    if (line.leaves.size() < batch && i + 1 < entries) continue;
    const crypto::Digest previous = line.head.size == 0 ? crypto::Digest{} : events::link_of(line.head);
    line.head = events::sign({i + 1, tree.root(), entry(i).time, previous, {}}, signer);
    std::fprintf(out, "%s\n", events::to_line(line).c_str());
    line.leaves.clear();
  }
  demand(std::fclose(out) == 0, "writing");
}

void open_and_verify(const fs::path& folder, const Clock& clock, std::uint64_t entries, std::uint64_t batch) {
  const fs::path file = folder / "million";
  write_log(file, entries, batch);
  std::printf("%lu entries in batches of %lu, %.0f MB\n", entries, batch,
              static_cast<double>(fs::file_size(file)) / 1e6);
  for (int round = 0; round < 3; ++round) {
    const Took opening = took_by([&] {
      const auto log = events::TransparencyLog::open(file, key(), clock);
      demand(log && (*log)->head()->size == entries, "opening");
    });
    const Took checking = took_by([&] {
      const auto check = events::verify_log(file, key().public_key());
      demand(check && check->entries == entries, "verifying");
    });
    std::printf("  open %5.2f s (CPU %5.2f s)   verify %5.2f s (CPU %5.2f s)\n", opening.wall, opening.cpu,
                checking.wall, checking.cpu);
  }
}

}  // namespace

int main(int count, char** words) {
  const fs::path folder = fs::path{count > 1 ? words[1] : "."} / "log_bench_files";
  const std::uint64_t entries = count > 2 ? std::strtoull(words[2], nullptr, 10) : 1'000'000;
  fs::remove_all(folder);
  fs::create_directories(folder);
  const auto clock = system_clock();
  append_beside_fdatasync(folder, *clock);
  for (const int threads : {1, 8, 64, 256}) append_of_many(folder, *clock, threads);
  for (const std::uint64_t batch : {1, 64}) open_and_verify(folder, *clock, entries, batch);
  fs::remove_all(folder);
}
