// Getting bytes from a folder, a URL or an npm package into a new file. Inside infer's io only. What arrives is
// bounded in size but not yet trusted: the installer compares checksums.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "infer/io/files.h"

namespace regard::infer {

[[nodiscard]] bool is_url(std::string_view place);

/// Copies `from` to the new file `to`. Errors: not_found, limit when there are more than `most` bytes.
[[nodiscard]] Result<void> fetch_from_folder(const std::filesystem::path& from, const std::filesystem::path& to,
                                             std::uint64_t most, const Tick& tick);

/// Downloads `url` (http or https) to the new file `to`. Errors: not_found, denied, unavailable, limit when there are
/// more than `most` bytes.
[[nodiscard]] Result<void> fetch_from_url(const std::string& url, const std::filesystem::path& to, std::uint64_t most,
                                          const Tick& tick);

/// npm packages fetched with the npm client and kept until the value goes. Confined to one thread.
class NpmPackages {
 public:
  /// `client` is looked up in PATH; packages are kept in a private folder inside `parent`.
  NpmPackages(std::string client, std::filesystem::path parent);
  /// Takes `path` out of `package` ("name@1.2.3") into the new file `to`; fetches the package on first use.
  /// Errors: unavailable (no client, no registry), not_found (not in the package), limit.
  [[nodiscard]] Result<void> fetch(const std::string& package, const std::string& path, const std::filesystem::path& to,
                                   std::uint64_t most, const Tick& tick);

 private:
  [[nodiscard]] Result<std::filesystem::path> archive(const std::string& package);
  std::string client_;
  std::filesystem::path parent_;
  std::optional<TemporaryFolder> folder_;
  std::map<std::string, Result<std::filesystem::path>> archives_;
};

}  // namespace regard::infer
