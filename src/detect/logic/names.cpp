#include <algorithm>
#include <array>
#include <string>

#include "core/text.h"
#include "detect/detect.h"

namespace regard::detect {
namespace {

// The 80 detection classes of COCO 2017 in the order of its annotation file, without the gaps in its category ids.
// Source: Lin et al., "Microsoft COCO: Common Objects in Context", ECCV 2014, and instances_val2017.json.
constexpr std::array<std::string_view, object_class_count> names{
    "person",         "bicycle",    "car",           "motorcycle",    "airplane",     "bus",           "train",
    "truck",          "boat",       "traffic light", "fire hydrant",  "stop sign",    "parking meter", "bench",
    "bird",           "cat",        "dog",           "horse",         "sheep",        "cow",           "elephant",
    "bear",           "zebra",      "giraffe",       "backpack",      "umbrella",     "handbag",       "tie",
    "suitcase",       "frisbee",    "skis",          "snowboard",     "sports ball",  "kite",          "baseball bat",
    "baseball glove", "skateboard", "surfboard",     "tennis racket", "bottle",       "wine glass",    "cup",
    "fork",           "knife",      "spoon",         "bowl",          "banana",       "apple",         "sandwich",
    "orange",         "broccoli",   "carrot",        "hot dog",       "pizza",        "donut",         "cake",
    "chair",          "couch",      "potted plant",  "bed",           "dining table", "toilet",        "tv",
    "laptop",         "mouse",      "remote",        "keyboard",      "cell phone",   "microwave",     "oven",
    "toaster",        "sink",       "refrigerator",  "book",          "clock",        "vase",          "scissors",
    "teddy bear",     "hair drier", "toothbrush"};

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::person:
      return "person";
    case Kind::face:
      return "face";
    case Kind::object:
      return "object";
  }
  return "?";
}

std::string_view class_name(ObjectClass object) {
  if (object.value < 0 || object.value >= object_class_count) return "unknown";
  return names[static_cast<std::size_t>(object.value)];
}

Result<ObjectClass> class_from(std::string_view name) {
  const auto* const exact = std::find(names.begin(), names.end(), name);
  if (exact != names.end()) return ObjectClass{static_cast<int>(exact - names.begin())};
  // What is typed by a person is short; a long text is cut, so that a mistake never costs time.
  constexpr std::size_t longest = 64;
  const std::string_view typed = name.substr(0, longest);
  const auto* const nearest = std::min_element(names.begin(), names.end(), [&](std::string_view a, std::string_view b) {
    return edit_distance(typed, a) < edit_distance(typed, b);
  });
  return fail(ErrorKind::invalid_input, "reading the class name \"" + std::string{typed} + "\"",
              "it is not one of the " + std::to_string(object_class_count) + " COCO classes",
              "did you mean \"" + std::string{*nearest} + "\"?");
}

}  // namespace regard::detect
