#include "infer/logic/choose.h"

#include <tuple>

namespace regard::infer {
namespace {

int pack_order(const std::string& pack) { return pack == "standard" ? 0 : pack == "npm" ? 2 : 1; }

}  // namespace

bool preferred(const Manifest& a, const Manifest& b) {
  const auto key = [](const Manifest& m) {
    return std::tuple{pack_order(m.pack), std::string_view{m.pack}, m.task, m.rank, std::string_view{m.name}};
  };
  return key(a) < key(b);
}

Result<void> matches(const PinnedFile& expected, const Content& got, const std::string& doing) {
  if (got.size == expected.size && got.sha256 == expected.sha256) return {};
  return fail(ErrorKind::corrupt, doing,
              "file " + expected.name + ": expected " + std::to_string(expected.size) + " bytes with SHA-256 " +
                  expected.sha256 + ", got " + std::to_string(got.size) + " bytes with SHA-256 " + got.sha256,
              "do not use it: the source has other bytes than the manifest names; try another source");
}

}  // namespace regard::infer
