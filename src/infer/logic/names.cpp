#include <algorithm>
#include <array>
#include <utility>

#include "infer/packs.h"

namespace regard::infer {
namespace {

constexpr std::array task_names{
    std::pair{Task::face_detection, std::string_view{"face_detection"}},
    std::pair{Task::object_detection, std::string_view{"object_detection"}},
    std::pair{Task::face_template, std::string_view{"face_template"}},
    std::pair{Task::body_template, std::string_view{"body_template"}},
    std::pair{Task::liveness, std::string_view{"liveness"}},
    std::pair{Task::head_pose, std::string_view{"head_pose"}},
    std::pair{Task::face_quality, std::string_view{"face_quality"}},
    std::pair{Task::face_mesh, std::string_view{"face_mesh"}},
    std::pair{Task::body_pose, std::string_view{"body_pose"}},
    std::pair{Task::iris, std::string_view{"iris"}},
};

}  // namespace

std::string_view task_name(Task task) {
  const auto found =
      std::find_if(task_names.begin(), task_names.end(), [&](const auto& one) { return one.first == task; });
  return found == task_names.end() ? "?" : found->second;
}

Result<Task> task_from(std::string_view name) {
  std::string known;
  for (const auto& [task, spelling] : task_names) {
    if (name == spelling) return task;
    known += (known.empty() ? "" : ", ") + std::string{spelling};
  }
  return fail(ErrorKind::invalid_input, "reading the task of a network", "\"" + std::string{name} + "\" is not a task",
              "choose one of: " + known);
}

std::string_view origin_name(Origin origin) {
  switch (origin) {
    case Origin::mirror:
      return "mirror";
    case Origin::https:
      return "https";
    case Origin::npm:
      return "npm";
  }
  return "?";
}

std::string_view importer_name(Importer importer) {
  switch (importer) {
    case Importer::tfjs:
      return "tfjs";
    case Importer::openvino_ir:
      return "openvino_ir";
    case Importer::weight_list:
      return "weight_list";
  }
  return "?";
}

std::string_view condition_name(Condition condition) {
  switch (condition) {
    case Condition::absent:
      return "absent";
    case Condition::present:
      return "present";
    case Condition::intact:
      return "intact";
    case Condition::damaged:
      return "damaged";
  }
  return "?";
}

const PinnedFile* Manifest::pinned(std::string_view file) const {
  const auto found = std::find_if(files.begin(), files.end(), [&](const PinnedFile& one) { return one.name == file; });
  return found == files.end() ? nullptr : &*found;
}

}  // namespace regard::infer
