#include <fstream>

#include "infer/io/fetch.h"

namespace regard::infer {
namespace fs = std::filesystem;

bool is_url(std::string_view place) { return place.starts_with("https://") || place.starts_with("http://"); }

Result<void> fetch_from_folder(const fs::path& from, const fs::path& to, std::uint64_t most, const Tick& tick) {
  const std::string doing = "copying " + from.string();
  std::error_code problem;
  if (!fs::is_regular_file(from, problem)) {
    return fail(ErrorKind::not_found, doing, "there is no such file", "check the mirror's folder");
  }
  std::ifstream in{from, std::ios::binary};
  if (!in) return fail(ErrorKind::denied, doing, "it cannot be opened", "check its rights");
  auto writer = Writer::create(to);
  if (!writer) return pass_on(std::move(writer));
  Bytes buffer(std::size_t{1} << 16);
  std::uint64_t total = 0;
  while (in) {
    in.read(reinterpret_cast<char*>(buffer.data()), static_cast<std::streamsize>(buffer.size()));
    const auto got = static_cast<std::size_t>(in.gcount());
    total += got;
    if (total > most) {
      return fail(ErrorKind::limit, doing, "it has more than the " + std::to_string(most) + " bytes that were expected",
                  "check the mirror's folder");
    }
    if (auto wrote = writer->write({buffer.data(), got}); !wrote) return wrote;
    if (tick) tick(total);
  }
  if (in.bad()) return fail(ErrorKind::unavailable, doing, "reading stopped", "check the mirror's disk");
  return writer->finish();
}

}  // namespace regard::infer
