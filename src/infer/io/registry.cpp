#include "infer/io/registry.h"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "infer/importers.h"
#include "infer/io/files.h"

namespace regard::infer {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t largest_manifest_file = 256 * 1024;

std::optional<Receipt> read_receipt(const fs::path& file) {
  const auto bytes = read_file(file, largest_manifest_file);
  if (!bytes) return std::nullopt;
  const auto json = nlohmann::json::parse(bytes->begin(), bytes->end(), nullptr, false);
  try {
    return Receipt{json.at("importer_version").get<int>(), json.at("importer").get<std::string>(),
                   json.at("from").get<std::vector<std::string>>(), json.at("size").get<std::uint64_t>(),
                   json.at("sha256").get<std::string>()};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

/// The network's content as its receipt names it, when that receipt belongs to this manifest and this importer.
std::optional<PinnedFile> receipted(const Manifest& manifest, const fs::path& folder) {
  if (!manifest.import) return std::nullopt;
  const auto receipt = read_receipt(folder / "receipt.json");
  const Receipt expected = expected_receipt(manifest);
  if (!receipt || receipt->version != expected.version || receipt->importer != expected.importer ||
      receipt->from != expected.from) {
    return std::nullopt;
  }
  return PinnedFile{manifest.network, receipt->size, receipt->sha256};
}

fs::path executable_folder() {
  std::error_code problem;
  const fs::path executable = fs::read_symlink("/proc/self/exe", problem);
  return problem ? fs::path{"."} : executable.parent_path();
}

std::vector<Network> inspect_all(const fs::path& folder, Look look) {
  std::vector<Network> networks;
  for (const Manifest& manifest : catalogue(folder).manifests) networks.push_back(inspect(manifest, folder, look));
  return networks;
}

}  // namespace

Receipt expected_receipt(const Manifest& manifest) {
  Receipt receipt;
  receipt.version = importer_version;
  receipt.importer = importer_name(manifest.import->importer);
  for (const std::string& file : manifest.import->files) receipt.from.push_back(manifest.pinned(file)->sha256);
  // The nodes that became outputs decide the bytes as well.
  receipt.from.insert(receipt.from.end(), manifest.import->outputs.begin(), manifest.import->outputs.end());
  return receipt;
}

std::string write_receipt(const Receipt& receipt) {
  return nlohmann::json{{"importer_version", receipt.version},
                        {"importer", receipt.importer},
                        {"from", receipt.from},
                        {"size", receipt.size},
                        {"sha256", receipt.sha256}}
             .dump(2) +
         "\n";
}

Network inspect(const Manifest& manifest, const fs::path& folder, Look look) {
  const fs::path home = folder / manifest.name;
  Network network{manifest, home / manifest.network, Condition::absent, {}};
  std::error_code problem;
  if (!fs::is_regular_file(network.file, problem)) return network;
  std::vector<PinnedFile> acceptable;
  if (const PinnedFile* pinned = manifest.pinned(manifest.network)) acceptable.push_back(*pinned);
  if (auto made = receipted(manifest, home)) acceptable.push_back(std::move(*made));
  network.condition = Condition::damaged;
  if (acceptable.empty()) {
    network.detail = "there is no receipt of how it was made, or by another version of Regard";
    return network;
  }
  const std::uintmax_t size = fs::file_size(network.file, problem);
  for (const PinnedFile& one : acceptable) {
    if (!problem && one.size == size) network.condition = Condition::present;
  }
  if (network.condition == Condition::damaged) {
    network.detail = "expected " + std::to_string(acceptable.back().size) + " bytes, got " + std::to_string(size);
  }
  if (look == Look::at_sizes || network.condition == Condition::damaged) return network;
  const auto content = content_of(network.file);
  network.condition = Condition::damaged;
  network.detail =
      content ? "expected SHA-256 " + acceptable.back().sha256 + ", got " + content->sha256 : content.error().message();
  for (const PinnedFile& one : acceptable) {
    if (!content || !matches(one, *content, {})) continue;
    network.condition = Condition::intact;
    network.detail.clear();
  }
  return network;
}

Catalogue catalogue(const fs::path& folder) {
  Catalogue result{built_in_manifests(), {}};
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator{folder / "manifests", problem}) {
    if (entry.path().extension() != ".toml") continue;
    const auto bytes = read_file(entry.path(), largest_manifest_file);
    auto manifest = bytes ? parse_manifest(as_text(*bytes), entry.path().string())
                          : Result<Manifest>{tl::unexpected{bytes.error()}};
    if (!manifest) {
      result.problems.push_back(std::move(manifest).error());
      continue;
    }
    const bool taken = std::any_of(result.manifests.begin(), result.manifests.end(),
                                   [&](const Manifest& known) { return known.name == manifest->name; });
    if (taken || manifest->name + ".toml" != entry.path().filename()) {
      result.problems.push_back({ErrorKind::invalid_input, "reading the manifest " + entry.path().string(),
                                 "its name \"" + manifest->name + "\" is taken or is not its file's name",
                                 "rename it, or remove the file"});
      continue;
    }
    result.manifests.push_back(std::move(*manifest));
  }
  std::sort(result.manifests.begin(), result.manifests.end(), preferred);
  return result;
}

std::vector<Network> list(const fs::path& folder) { return inspect_all(folder, Look::at_sizes); }
std::vector<Network> verify(const fs::path& folder) { return inspect_all(folder, Look::at_contents); }

std::vector<Network> find_all(const fs::path& folder, Task task) {
  std::vector<Network> found = list(folder);
  std::erase_if(found, [&](const Network& network) {
    return network.manifest.task != task || network.condition != Condition::present;
  });
  return found;
}

Result<Network> find(const fs::path& folder, Task task, std::string_view name) {
  const std::string doing = "finding a network for " + std::string{task_name(task)} + " in " + folder.string();
  std::string names;
  std::string wrong;
  for (Network& network : list(folder)) {
    if (network.manifest.task != task) continue;
    names += (names.empty() ? "" : ", ") + network.manifest.name;
    if (!name.empty() && network.manifest.name != name) continue;
    if (network.condition == Condition::present) return std::move(network);
    if (network.condition == Condition::damaged)
      wrong += network.manifest.name + " is damaged: " + network.detail + "; ";
  }
  if (!name.empty() && wrong.empty() &&
      (", " + names + ", ").find(", " + std::string{name} + ", ") == std::string::npos) {
    return fail(ErrorKind::not_found, doing, "no manifest for this task is called " + std::string{name},
                "choose one of: " + names);
  }
  return fail(ErrorKind::not_found, doing,
              wrong + (name.empty() ? "none of " + names : std::string{name}) + " is installed",
              "run `regard models install`");
}

fs::path default_folder() {
  if (const char* given = std::getenv("REGARD_MODELS"); given != nullptr && *given != '\0') return given;
  const fs::path here = executable_folder();
  const fs::path above = here.parent_path();
  std::error_code problem;
  for (const fs::path& folder : {above / "models", above / "share/regard/models"}) {
    if (fs::is_directory(folder, problem)) return folder;
  }
  // A program that still stands where it was built installs there, and leaves the machine alone.
  if (fs::exists(here / "CMakeCache.txt", problem)) return above / "models";
  return "/var/lib/regard/models";
}

Result<fs::path> add(const fs::path& file, const fs::path& folder) {
  const auto bytes = read_file(file, largest_manifest_file);
  if (!bytes) return tl::unexpected{bytes.error()};
  const auto manifest = parse_manifest(as_text(*bytes), file.string());
  if (!manifest) return tl::unexpected{manifest.error()};
  const std::vector<Manifest>& built_in = built_in_manifests();
  if (std::any_of(built_in.begin(), built_in.end(), [&](const Manifest& one) { return one.name == manifest->name; })) {
    return fail(ErrorKind::invalid_input, "adding the manifest " + file.string(),
                "the name \"" + manifest->name + "\" belongs to a network that comes with Regard",
                "choose another name");
  }
  if (auto made = make_folder(folder / "manifests"); !made) return tl::unexpected{made.error()};
  fs::path target = folder / "manifests" / (manifest->name + ".toml");
  if (auto wrote = write_whole(target, *bytes); !wrote) return tl::unexpected{wrote.error()};
  return target;
}

}  // namespace regard::infer
