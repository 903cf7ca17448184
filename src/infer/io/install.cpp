#include <algorithm>
#include <cstdlib>
#include <utility>

#include "infer/importers.h"
#include "infer/io/fetch.h"
#include "infer/io/registry.h"

namespace regard::infer {
namespace fs = std::filesystem;
namespace {

/// One call of `install`: where things come from and go to. Confined to one thread.
class Installer {
 public:
  explicit Installer(const InstallOptions& options)
      : options_{options}, mirror_{options.mirror}, npm_{options.npm, options.folder} {
    const char* given = std::getenv("REGARD_MODEL_MIRROR");
    if (mirror_.empty() && given != nullptr) mirror_ = given;
  }

  /// Errors: corrupt only; anything else is told in `missing`.
  [[nodiscard]] Result<InstalledNetwork> install(const Manifest& manifest);

 private:
  [[nodiscard]] Result<void> install_from(const Source& source, const Manifest& manifest);
  [[nodiscard]] Result<void> fetch(const Source& source, const Manifest& manifest, const std::string& name,
                                   const fs::path& to);
  [[nodiscard]] Result<void> import(const Manifest& manifest, const fs::path& staging);
  [[nodiscard]] std::string place(const Source& source, const std::string& location) const;
  void tell(const Manifest& manifest, std::string step, std::uint64_t bytes, std::uint64_t of_bytes) const {
    if (options_.progress) options_.progress({manifest.name, std::move(step), bytes, of_bytes});
  }

  const InstallOptions& options_;
  std::string mirror_;
  NpmPackages npm_;
};

std::string Installer::place(const Source& source, const std::string& location) const {
  switch (source.origin) {
    case Origin::mirror:
      return mirror_ + (mirror_.ends_with('/') ? "" : "/") + location;
    case Origin::https:
      return location;
    case Origin::npm:
      return source.package + "/" + location;
  }
  return location;
}

Result<void> Installer::fetch(const Source& source, const Manifest& manifest, const std::string& name,
                              const fs::path& to) {
  const std::string& location = source.files.at(name);
  const PinnedFile& pinned = *manifest.pinned(name);
  const std::string step = "fetching " + name + " (" + std::string{origin_name(source.origin)} + ")";
  const Tick tick = [&](std::uint64_t bytes) { tell(manifest, step, bytes, pinned.size); };
  tick(0);
  const auto get = [&]() -> Result<void> {
    if (source.origin == Origin::npm) return npm_.fetch(source.package, location, to, pinned.size, tick);
    const std::string from = place(source, location);
    return is_url(from) ? fetch_from_url(from, to, pinned.size, tick) : fetch_from_folder(from, to, pinned.size, tick);
  };
  const std::string doing = "installing network " + manifest.name + " from " + place(source, location);
  if (auto got = get(); !got) {
    if (got.error().kind != ErrorKind::limit) return got;
    return fail(ErrorKind::corrupt, doing,
                "file " + name + ": expected " + std::to_string(pinned.size) + " bytes with SHA-256 " + pinned.sha256 +
                    ", got more bytes than that",
                "do not use it: the source has other bytes than the manifest names; try another source");
  }
  const auto content = content_of(to);
  if (!content) return tl::unexpected{content.error()};
  return matches(pinned, *content, doing);
}

Result<void> Installer::import(const Manifest& manifest, const fs::path& staging) {
  tell(manifest, "importing", 0, 0);
  std::vector<Bytes> contents;
  for (const std::string& name : manifest.import->files) {
    auto bytes = read_file(staging / name, manifest.pinned(name)->size);
    if (!bytes) return pass_on(std::move(bytes));
    contents.push_back(std::move(*bytes));
  }
  std::vector<SourceFile> files;
  for (std::size_t i = 0; i < contents.size(); ++i) files.push_back({manifest.import->files[i], contents[i]});
  auto network = import_network(*manifest.import, files);
  if (!network) {
    // The files are the pinned ones, so this is a limit of the importer, not a sign of tampering: try the next source.
    Error failure = std::move(network).error();
    failure.kind = ErrorKind::unsupported;
    return tl::unexpected{std::move(failure)};
  }
  Receipt receipt = expected_receipt(manifest);
  receipt.size = network->size();
  receipt.sha256 = sha256(*network);
  if (auto wrote = write_whole(staging / manifest.network, *network); !wrote) return wrote;
  // Receipt first: should the power fail between the two, the pair does not match and is made again.
  return write_whole(options_.folder / manifest.name / "receipt.json", as_bytes(write_receipt(receipt)));
}

Result<void> Installer::install_from(const Source& source, const Manifest& manifest) {
  const fs::path home = options_.folder / manifest.name;
  if (auto made = make_folder(home); !made) return made;
  auto staging = TemporaryFolder::create(home);
  if (!staging) return pass_on(std::move(staging));
  const bool ready_made = source.files.contains(manifest.network);
  const std::vector<std::string> wanted = ready_made ? std::vector{manifest.network} : manifest.import->files;
  for (const std::string& name : wanted) {
    if (auto fetched = fetch(source, manifest, name, staging->path() / name); !fetched) return fetched;
  }
  if (!ready_made) {
    if (auto imported = import(manifest, staging->path()); !imported) return imported;
  }
  return move_into_place(staging->path() / manifest.network, home / manifest.network);
}

Result<InstalledNetwork> Installer::install(const Manifest& manifest) {
  InstalledNetwork result{manifest.name, false, false, {}, {}};
  if (inspect(manifest, options_.folder, Look::at_contents).condition == Condition::intact) {
    result.installed = result.already_there = true;
    return result;
  }
  for (const Source& source : manifest.sources) {
    if (source.origin == Origin::mirror && mirror_.empty()) continue;
    auto done = install_from(source, manifest);
    if (done) {
      result.installed = true;
      result.from = origin_name(source.origin);
      result.missing.clear();
      return result;
    }
    if (done.error().kind == ErrorKind::corrupt) return pass_on(std::move(done));
    result.missing += (result.missing.empty() ? "" : " | ") + done.error().doing + ": " + done.error().cause;
  }
  if (result.missing.empty()) result.missing = "it is in mirrors only, and no mirror was given";
  return result;
}

}  // namespace

Result<InstalledPack> install(std::string_view pack, const InstallOptions& options) {
  InstalledPack result{std::string{pack}, {}};
  const std::string doing = "installing the pack " + result.pack;
  if (auto made = make_folder(options.folder); !made) return pass_on(std::move(made));
  Catalogue known = catalogue(options.folder);
  // What the pack cannot do without comes first, so that trouble with an extra does not keep it away.
  std::stable_partition(known.manifests.begin(), known.manifests.end(),
                        [](const Manifest& manifest) { return manifest.required; });
  Installer installer{options};
  std::string lacking;
  for (const Manifest& manifest : known.manifests) {
    if (manifest.pack != pack) continue;
    auto installed = installer.install(manifest);
    if (!installed) return pass_on(std::move(installed));
    if (!installed->installed && manifest.required) {
      lacking += (lacking.empty() ? "" : "; ") + manifest.name + " cannot be had (" + installed->missing + ")";
    }
    result.networks.push_back(std::move(*installed));
  }
  if (result.networks.empty()) {
    std::string packs;
    for (const Manifest& manifest : known.manifests) {
      if (packs.find(manifest.pack) == std::string::npos) packs += (packs.empty() ? "" : ", ") + manifest.pack;
    }
    return fail(ErrorKind::invalid_input, doing, "there is no such pack", "choose one of: " + packs);
  }
  if (!lacking.empty()) {
    return fail(ErrorKind::unavailable, doing, lacking,
                "give --mirror (or REGARD_MODEL_MIRROR), or check the network and try again");
  }
  return result;
}

}  // namespace regard::infer
