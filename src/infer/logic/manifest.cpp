#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <set>
#include <stdexcept>
#include <utility>

namespace regard::infer {
/// toml++ 3.3 asserts where hostile text only breaks its expectations (found by the fuzz target: a table's name that
/// begins with a brace); a program must not end because of a file, so that becomes a refusal.
[[noreturn]] static void parser_was_surprised() { throw std::logic_error{"it is not TOML"}; }
}  // namespace regard::infer
#define TOML_ASSERT(expression) ((expression) ? void() : ::regard::infer::parser_was_surprised())
#include <toml++/toml.h>

#include "infer/logic/built_in.h"
#include "infer/logic/choose.h"
#include "infer/packs.h"

namespace regard::infer {
namespace {

/// Far above any manifest of ours (3 kB); keeps a hostile file from costing memory.
constexpr std::size_t largest_manifest = 256 * 1024;
/// A network for one machine's CPU is tens of megabytes; a manifest that asks for more is a mistake or an attack.
constexpr std::int64_t largest_file = std::int64_t{1} << 30;
constexpr std::size_t most_entries = 64;
constexpr std::size_t longest_text = 4096;

/// Thrown inside this file only, caught by parse_manifest.
struct Refusal {
  std::string cause;
};

[[noreturn]] void refuse(const std::string& key, const std::string& must) { throw Refusal{key + " must be " + must}; }

bool is_file_name(std::string_view text) {
  const auto letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  if (text.empty() || text.size() > 128 || !letter_or_digit(text.front())) return false;
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return letter_or_digit(c) || c == '.' || c == '_' || c == '+' || c == '-'; });
}

/// "models/blazeface.json": relative, every part a file name, so that it cannot leave the folder it is read from.
bool is_inner_path(std::string_view text) {
  if (text.size() > 512) return false;
  while (true) {
    const std::size_t slash = text.find('/');
    if (!is_file_name(text.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    text.remove_prefix(slash + 1);
  }
}

bool is_https_url(std::string_view text) {
  constexpr std::string_view scheme = "https://";
  if (!text.starts_with(scheme) || text.size() > 1024) return false;
  const std::string_view rest = text.substr(scheme.size());
  // Credentials ("user@host") have no place in a file that everybody reads.
  return !rest.empty() && rest.front() != '/' && rest.find('/') != std::string_view::npos &&
         std::all_of(rest.begin(), rest.end(), [](char c) { return c > ' ' && c < 127 && c != '@' && c != '\\'; });
}

/// "name@1.2.3" or "@scope/name@1.2.3": the names that npm allows, with an exact version, since a range could bring
/// other bytes tomorrow.
bool is_npm_package(std::string_view text) {
  if (text.size() > 200) return false;
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0) return false;
  std::string_view name = text.substr(0, at);
  const auto is_part = [](std::string_view part) {
    return is_file_name(part) &&
           std::none_of(part.begin(), part.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '+'; });
  };
  if (name.front() == '@') {
    const std::size_t slash = name.find('/');
    if (slash == std::string_view::npos || !is_part(name.substr(1, slash - 1))) return false;
    name.remove_prefix(slash + 1);
  }
  const std::string_view version = text.substr(at + 1);
  const bool numbers =
      std::all_of(version.begin(), version.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  const bool three = std::count(version.begin(), version.end(), '.') == 2 &&
                     version.find("..") == std::string_view::npos && version.front() != '.' && version.back() != '.';
  return is_part(name) && numbers && three;
}

/// One table of the manifest, which refuses keys it was not asked about.
class Table {
 public:
  Table(const toml::table& table, std::string name, std::initializer_list<std::string_view> keys)
      : table_{table}, name_{std::move(name)} {
    for (const auto& [key, value] : table) {
      if (std::find(keys.begin(), keys.end(), key.str()) != keys.end()) continue;
      throw Refusal{"unknown key " + path(std::string{key.str()})};
    }
  }

  [[nodiscard]] std::string path(const std::string& key) const { return name_.empty() ? key : name_ + "." + key; }
  [[nodiscard]] const toml::table& raw() const { return table_; }
  [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }

  [[nodiscard]] std::string text(const std::string& key) const {
    const auto value = table_[key].value_exact<std::string>();
    if (!value || value->empty() || value->size() > longest_text) {
      refuse(path(key), "a text of 1 to " + std::to_string(longest_text) + " bytes");
    }
    const bool controls =
        std::any_of(value->begin(), value->end(), [](char c) { return c >= 0 && c < ' ' && c != '\n'; });
    if (controls) refuse(path(key), "a text without control characters");
    return *value;
  }
  [[nodiscard]] std::string file_name(const std::string& key) const {
    std::string value = text(key);
    if (!is_file_name(value))
      refuse(path(key), "a file name of letters, digits and ._+- (no folder), not \"" + value + "\"");
    return value;
  }
  [[nodiscard]] std::int64_t integer(const std::string& key, std::int64_t least, std::int64_t most) const {
    const auto value = table_[key].value_exact<std::int64_t>();
    if (!value || *value < least || *value > most) {
      refuse(path(key), "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    }
    return *value;
  }
  [[nodiscard]] bool boolean(const std::string& key) const {
    const auto value = table_[key].value_exact<bool>();
    if (!value) refuse(path(key), "true or false");
    return *value;
  }
  [[nodiscard]] const toml::table& table(const std::string& key) const {
    const toml::table* value = table_[key].as_table();
    if (value == nullptr) refuse("[" + path(key) + "]", "a table");
    return *value;
  }
  [[nodiscard]] const toml::array& list(const std::string& key) const {
    const toml::array* value = table_[key].as_array();
    if (value == nullptr || value->empty() || value->size() > most_entries) {
      refuse(path(key), "a list of 1 to " + std::to_string(most_entries) + " entries");
    }
    return *value;
  }
  /// The tables of [[key]], each read by `read(const toml::table&, name)`.
  template <typename Read>
  void each(const std::string& key, Read read) const {
    int index = 0;
    for (const toml::node& node : list(key)) {
      const std::string name = path(key) + "[" + std::to_string(index++) + "]";
      if (node.as_table() == nullptr) refuse(name, "a table");
      read(*node.as_table(), name);
    }
  }
  [[nodiscard]] std::vector<std::string> texts(const std::string& key) const {
    std::vector<std::string> values;
    for (const toml::node& node : list(key)) {
      const auto value = node.value_exact<std::string>();
      if (!value || value->empty() || value->size() > longest_text) refuse(path(key), "a list of texts");
      values.push_back(*value);
    }
    return values;
  }
  [[nodiscard]] std::vector<std::int64_t> shape(const std::string& key) const {
    std::vector<std::int64_t> values;
    for (const toml::node& node : list(key)) {
      const auto value = node.value_exact<std::int64_t>();
      if (!value || *value < -1 || *value == 0 || *value > (1 << 24)) refuse(path(key), "dimensions: -1 or positive");
      values.push_back(*value);
    }
    if (values.size() > 8) refuse(path(key), "at most 8 dimensions");
    return values;
  }
  [[nodiscard]] std::vector<double> three_numbers(const std::string& key) const {
    std::vector<double> values;
    for (const toml::node& node : list(key)) {
      const auto value = node.value<double>();
      if (!value || !std::isfinite(*value)) refuse(path(key), "three numbers, one per channel");
      values.push_back(*value);
    }
    if (values.size() != 3) refuse(path(key), "three numbers, one per channel");
    return values;
  }

 private:
  const toml::table& table_;
  std::string name_;
};

PinnedFile read_file(const Table& table) {
  PinnedFile file;
  file.name = table.file_name("name");
  file.size = static_cast<std::uint64_t>(table.integer("size", 1, largest_file));
  file.sha256 = table.text("sha256");
  const bool digits = std::all_of(file.sha256.begin(), file.sha256.end(),
                                  [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (file.sha256.size() != 64 || !digits) refuse(table.path("sha256"), "64 lower-case hexadecimal digits");
  return file;
}

Origin read_origin(const Table& table) {
  const std::string text = table.text("origin");
  for (const Origin origin : {Origin::mirror, Origin::https, Origin::npm}) {
    if (text == origin_name(origin)) return origin;
  }
  refuse(table.path("origin"), "mirror, https or npm");
}

Source read_source(const Table& table, const Manifest& manifest) {
  Source source;
  source.origin = read_origin(table);
  if ((source.origin == Origin::npm) != table.has("package"))
    refuse(table.path("package"), "given for npm, and only then");
  if (source.origin == Origin::npm) {
    source.package = table.text("package");
    if (!is_npm_package(source.package)) refuse(table.path("package"), "name@1.2.3 with an exact version");
  }
  const toml::table& files = table.table("files");
  if (files.empty() || files.size() > most_entries) refuse(table.path("files"), "a table of 1 to 64 files");
  for (const auto& [key, node] : files) {
    const std::string name{key.str()};
    const auto location = node.value_exact<std::string>();
    if (manifest.pinned(name) == nullptr) refuse(table.path("files"), "files listed in [[file]], not \"" + name + "\"");
    const bool fits = location && (source.origin == Origin::https ? is_https_url(*location) : is_inner_path(*location));
    if (!fits) {
      refuse(table.path("files") + "." + name, source.origin == Origin::https
                                                   ? "an https:// URL without credentials"
                                                   : "a relative path that stays inside (no .., no leading /)");
    }
    source.files.emplace(name, *location);
  }
  return source;
}

Import read_import(const Table& table, const Manifest& manifest) {
  Import import;
  const std::string importer = table.text("importer");
  if (importer == "tfjs") {
    import.importer = Importer::tfjs;
  } else if (importer == "openvino_ir") {
    import.importer = Importer::openvino_ir;
  } else if (importer == "weight_list") {
    import.importer = Importer::weight_list;
  } else {
    refuse(table.path("importer"), "tfjs, openvino_ir or weight_list");
  }
  import.files = table.texts("files");
  if (import.files.size() < 2) refuse(table.path("files"), "the topology, then the weights");
  for (const std::string& file : import.files) {
    if (manifest.pinned(file) == nullptr) refuse(table.path("files"), "files listed in [[file]], not \"" + file + "\"");
  }
  if ((import.importer == Importer::tfjs) != table.has("outputs")) {
    refuse(table.path("outputs"), "given for tfjs, and only then");
  }
  if (table.has("outputs")) import.outputs = table.texts("outputs");
  return import;
}

InputContract read_input(const Table& table) {
  InputContract input;
  input.name = table.text("name");
  input.shape = table.shape("shape");
  if (input.shape.size() != 4) refuse(table.path("shape"), "four dimensions: batch, channels, height, width");
  input.colour = table.text("colour");
  if (input.colour != "bgr" && input.colour != "rgb") refuse(table.path("colour"), "bgr or rgb");
  input.mean = table.three_numbers("mean");
  input.deviation = table.three_numbers("deviation");
  if (std::any_of(input.deviation.begin(), input.deviation.end(), [](double value) { return value <= 0; })) {
    refuse(table.path("deviation"), "positive");
  }
  return input;
}

Accuracy read_accuracy(const Table& table) {
  Accuracy accuracy{table.text("by"), table.text("claim"), {}};
  if (accuracy.by != "author" && accuracy.by != "trial" && accuracy.by != "regard" && accuracy.by != "none") {
    refuse(table.path("by"), "author, trial, regard or none");
  }
  if ((accuracy.by == "regard") != table.has("command")) {
    refuse(table.path("command"), "given for figures by regard, and only then");
  }
  if (table.has("command")) accuracy.command = table.text("command");
  return accuracy;
}

void read_files(const Table& top, Manifest& manifest) {
  std::set<std::string> names;
  top.each("file", [&](const toml::table& raw, const std::string& name) {
    manifest.files.push_back(read_file({raw, name, {"name", "size", "sha256"}}));
    if (!names.insert(manifest.files.back().name).second) {
      refuse(name, "listed once: \"" + manifest.files.back().name + "\" is there twice");
    }
  });
  top.each("source", [&](const toml::table& raw, const std::string& name) {
    manifest.sources.push_back(read_source({raw, name, {"origin", "package", "files"}}, manifest));
  });
  if (top.has("import")) {
    manifest.import = read_import({top.table("import"), "import", {"importer", "files", "outputs"}}, manifest);
  }
  for (const Source& source : manifest.sources) {
    if (source.files.contains(manifest.network)) continue;
    const bool whole = manifest.import && std::all_of(manifest.import->files.begin(), manifest.import->files.end(),
                                                      [&](const auto& file) { return source.files.contains(file); });
    if (!whole) refuse("[[source]]", "complete: \"" + manifest.network + "\" itself, or all files of [import]");
  }
}

Manifest read_manifest(const toml::table& root) {
  const Table top{root,
                  "",
                  {"name", "pack", "task", "rank", "required", "summary", "licence", "training_data", "network", "file",
                   "source", "import", "input", "output", "decoder", "accuracy"}};
  Manifest manifest;
  manifest.name = top.file_name("name");
  manifest.pack = top.file_name("pack");
  const auto task = task_from(top.text("task"));
  if (!task) refuse("task", "known; " + task.error().remedy);
  manifest.task = *task;
  manifest.rank = static_cast<int>(top.integer("rank", 0, 99));
  manifest.required = top.boolean("required");
  manifest.summary = top.text("summary");
  manifest.licence = top.text("licence");
  manifest.training_data = top.text("training_data");
  manifest.network = top.file_name("network");
  if (!manifest.network.ends_with(".onnx")) refuse("network", "a file name ending in .onnx");
  read_files(top, manifest);
  manifest.input = read_input({top.table("input"), "input", {"name", "shape", "colour", "mean", "deviation"}});
  top.each("output", [&](const toml::table& raw, const std::string& name) {
    const Table table{raw, name, {"name", "shape"}};
    manifest.outputs.push_back({table.text("name"), table.shape("shape")});
  });
  const Table decoder{top.table("decoder"), "decoder", {"name", "how"}};
  manifest.decoder = decoder.file_name("name");
  manifest.decoding = decoder.text("how");
  top.each("accuracy", [&](const toml::table& raw, const std::string& name) {
    manifest.accuracy.push_back(read_accuracy({raw, name, {"by", "claim", "command"}}));
  });
  return manifest;
}

}  // namespace

Result<Manifest> parse_manifest(std::string_view text, const std::string& origin) {
  const auto refused = [&](const std::string& cause) {
    return fail(ErrorKind::invalid_input, "reading the manifest " + origin, cause,
                "correct the manifest; models/README.md describes the format");
  };
  if (text.size() > largest_manifest) return refused("it has more than " + std::to_string(largest_manifest) + " bytes");
  // toml++ 3.3 runs into undefined behaviour on some non-ASCII characters outside texts (found by the fuzz target).
  const auto plain = [](char c) { return (c >= ' ' && c < 127) || c == '\n' || c == '\r' || c == '\t'; };
  if (!std::all_of(text.begin(), text.end(), plain)) {
    return refused("it has characters that are not ASCII; write them as \\u00e9 inside a text");
  }
  try {
    return read_manifest(toml::parse(text));
  } catch (const toml::parse_error& problem) {
    return refused("line " + std::to_string(problem.source().begin.line) + ": " + std::string{problem.description()});
  } catch (const std::logic_error& broken) {
    return refused(broken.what());
  } catch (const Refusal& refusal) {
    return refused(refusal.cause);
  }
}

const std::vector<Manifest>& built_in_manifests() {
  static const std::vector<Manifest> manifests = [] {
    std::vector<Manifest> all;
    for (const EmbeddedText& embedded : embedded_manifests()) {
      auto manifest = parse_manifest(embedded.text, "models/" + std::string{embedded.name} + ".toml");
      // A built-in manifest that is wrong is a programmer's error: a test reads every one of them.
      CHECK(manifest.has_value());
      all.push_back(std::move(*manifest));
    }
    std::sort(all.begin(), all.end(), preferred);
    return all;
  }();
  return manifests;
}

}  // namespace regard::infer
