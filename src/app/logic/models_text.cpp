#include "app/logic/models_text.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace regard::app {
namespace {

using Json = nlohmann::ordered_json;
using infer::Condition;
using infer::Network;
using infer::Task;

constexpr std::array tasks{
    Task::face_detection, Task::object_detection, Task::face_template, Task::body_template, Task::liveness,
    Task::head_pose,      Task::face_quality,     Task::face_mesh,     Task::body_pose,     Task::iris};

bool usable(const Network& network) {
  return network.condition == Condition::present || network.condition == Condition::intact;
}

/// The first usable network of a task, as infer::find would choose it; null when there is none.
const Network* used_for(Task task, std::span<const Network> networks) {
  const auto found = std::find_if(networks.begin(), networks.end(), [&](const Network& network) {
    return network.manifest.task == task && usable(network);
  });
  return found == networks.end() ? nullptr : &*found;
}

/// "Apache-2.0" of "Apache-2.0 (Open Model Zoo)".
std::string short_licence(const std::string& licence) { return licence.substr(0, licence.find(" (")); }

std::string whose(const std::string& by) {
  if (by == "author") return "published by its author";
  if (by == "regard") return "measured by Regard";
  return "measured when the networks were chosen";
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string in_columns(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) text += i + 1 < row.size() ? padded(row[i], widths[i] + 2) : row[i];
    text += '\n';
  }
  return text;
}

std::string accuracy_line(const infer::Accuracy& accuracy) {
  if (accuracy.by == "none") return accuracy.claim;
  std::string line = accuracy.claim + " (" + whose(accuracy.by) + ")";
  if (!accuracy.command.empty()) line += "; repeat with: " + accuracy.command;
  return line;
}

}  // namespace

std::string networks_table(std::span<const Network> networks) {
  std::vector<std::vector<std::string>> rows{{"", "network", "task", "pack", "state", "licence"}};
  for (const Network& network : networks) {
    const bool used = used_for(network.manifest.task, networks) == &network;
    rows.push_back({used ? "*" : "", network.manifest.name, std::string{task_name(network.manifest.task)},
                    network.manifest.pack, std::string{condition_name(network.condition)},
                    short_licence(network.manifest.licence)});
  }
  return in_columns(rows);
}

std::string network_page(const Network& network) {
  const infer::Manifest& manifest = network.manifest;
  std::vector<std::vector<std::string>> rows{
      {"network", manifest.name},
      {"what", manifest.summary},
      {"task", std::string{task_name(manifest.task)}},
      {"pack", manifest.pack + (manifest.required ? " (required)" : "")},
      {"state", std::string{condition_name(network.condition)} +
                    (network.detail.empty() ? std::string{} : ": " + network.detail)},
      {"file", network.file.string()},
      {"licence", manifest.licence},
      {"trained on", manifest.training_data},
      {"decoder", manifest.decoder},
      {"used as", manifest.decoding},
  };
  for (const infer::Accuracy& accuracy : manifest.accuracy) rows.push_back({"accuracy", accuracy_line(accuracy)});
  return in_columns(rows);
}

std::string what_it_means(std::span<const Network> networks) {
  std::vector<std::vector<std::string>> rows;
  for (const Task task : tasks) {
    const Network* used = used_for(task, networks);
    if (used == nullptr) {
      rows.push_back({std::string{task_name(task)}, "-", "no network: not available"});
      continue;
    }
    std::string claims;
    for (const infer::Accuracy& accuracy : used->manifest.accuracy) {
      claims += (claims.empty() ? "" : "; ") + accuracy_line(accuracy);
    }
    rows.push_back({std::string{task_name(task)}, used->manifest.name, claims});
  }
  return in_columns(rows);
}

std::string install_summary(const infer::InstalledPack& pack) {
  std::map<std::string, int> from;
  int there = 0;
  std::string missing;
  for (const infer::InstalledNetwork& network : pack.networks) {
    if (!network.installed) missing += "\n  missing " + network.name + ": " + network.missing;
    if (network.installed && network.already_there) ++there;
    if (network.installed && !network.already_there) ++from[network.from];
  }
  std::string text;
  const auto add = [&](int count, const std::string& what) {
    if (count > 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + what;
  };
  add(there, "already there");
  for (const auto& [origin, count] : from) add(count, "from " + (origin == "mirror" ? "the " + origin : origin));
  return "pack " + pack.pack + ": " + (text.empty() ? "no network" : text) + missing;
}

Json to_json(const Network& network) {
  const infer::Manifest& manifest = network.manifest;
  Json accuracy = Json::array();
  for (const infer::Accuracy& one : manifest.accuracy) {
    Json json{{"by", one.by}, {"claim", one.claim}};
    if (!one.command.empty()) json["command"] = one.command;
    accuracy.push_back(std::move(json));
  }
  Json json{{"name", manifest.name},         {"task", task_name(manifest.task)},
            {"pack", manifest.pack},         {"state", condition_name(network.condition)},
            {"file", network.file.string()}, {"summary", manifest.summary},
            {"licence", manifest.licence},   {"training_data", manifest.training_data},
            {"decoder", manifest.decoder},   {"accuracy", std::move(accuracy)}};
  if (!network.detail.empty()) json["detail"] = network.detail;
  return json;
}

Json to_json(const infer::InstalledPack& pack) {
  Json networks = Json::array();
  for (const infer::InstalledNetwork& network : pack.networks) {
    Json json{{"name", network.name}, {"installed", network.installed}, {"already_there", network.already_there}};
    if (!network.from.empty()) json["from"] = network.from;
    if (!network.missing.empty()) json["missing"] = network.missing;
    networks.push_back(std::move(json));
  }
  return {{"pack", pack.pack}, {"networks", std::move(networks)}};
}

}  // namespace regard::app
