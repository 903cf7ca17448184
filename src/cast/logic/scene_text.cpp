#include <charconv>
#include <cmath>
#include <optional>

#include "cast/cast.h"

namespace regard::cast {
namespace {

constexpr std::string_view known_scenes = "portrait, door, lobby, desk";
constexpr std::string_view known_keys =
    "people (1..32), first (1..1000000), seed, fps (1..120), size (64x64..7680x4320), seconds, attack (print or "
    "screen, with desk)";
constexpr int most_people = 32;
constexpr std::uint64_t largest_number = 1'000'000;

tl::unexpected<Error> wrong(std::string_view text, std::string cause) {
  return fail(ErrorKind::invalid_input, "reading scene " + std::string{text.substr(0, 120)}, std::move(cause),
              "write SCENE?key=value&..., with a scene of " + std::string{known_scenes} + " and keys of " +
                  std::string{known_keys});
}

template <typename Number>
std::optional<Number> number_from(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<SceneKind> kind_from(std::string_view name) {
  if (name == "portrait") return SceneKind::portrait;
  if (name == "door") return SceneKind::door;
  if (name == "lobby") return SceneKind::lobby;
  if (name == "desk") return SceneKind::desk;
  return std::nullopt;
}

bool read_size(std::string_view value, Size& size) {
  const std::size_t cross = value.find('x');
  if (cross == std::string_view::npos) return false;
  const auto width = number_from<int>(value.substr(0, cross));
  const auto height = number_from<int>(value.substr(cross + 1));
  if (!width || !height || *width < 64 || *height < 64 || *width > 7680 || *height > 4320) return false;
  size = {*width, *height};
  return true;
}

bool read_double(std::string_view value, double low, double high, double& result) {
  const auto number = number_from<double>(value);
  if (!number || !std::isfinite(*number) || *number < low || *number > high) return false;
  result = *number;
  return true;
}

enum class Read { done, bad_value, unknown_key };

Read read_pair(std::string_view key, std::string_view value, SceneOptions& options) {
  const auto said = [](bool good) { return good ? Read::done : Read::bad_value; };
  if (key == "people") {
    const auto people = number_from<int>(value);
    if (people) options.people = *people;
    return said(people && *people >= 1 && *people <= most_people);
  }
  if (key == "first") {
    const auto first = number_from<std::uint64_t>(value);
    if (first) options.first = *first;
    return said(first && *first >= 1 && *first <= largest_number);
  }
  if (key == "seed") {
    const auto seed = number_from<std::uint64_t>(value);
    if (seed) options.seed = *seed;
    return said(seed.has_value());
  }
  if (key == "fps") return said(read_double(value, 1, 120, options.frames_per_second));
  if (key == "seconds") return said(read_double(value, 0, 1e7, options.seconds));
  if (key == "size") return said(read_size(value, options.size));
  if (key == "attack") {
    options.attack = value;
    return said(value == "print" || value == "screen");
  }
  return Read::unknown_key;
}

}  // namespace

Result<SceneOptions> scene_from(std::string_view text) {
  const std::size_t mark = text.find('?');
  const std::string_view name = text.substr(0, mark);
  SceneOptions options;
  const auto kind = kind_from(name);
  if (!kind) return wrong(text, "there is no scene called \"" + std::string{name.substr(0, 40)} + "\"");
  options.kind = *kind;
  if (options.kind == SceneKind::portrait || options.kind == SceneKind::desk) options.people = 1;
  std::string_view rest = mark == std::string_view::npos ? std::string_view{} : text.substr(mark + 1);
  while (!rest.empty()) {
    const std::size_t end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos)
      return wrong(text, "\"" + std::string{pair.substr(0, 40)} + "\" is not key=value");
    switch (read_pair(pair.substr(0, equals), pair.substr(equals + 1), options)) {
      case Read::done:
        break;
      case Read::bad_value:
        return wrong(text, "the value in \"" + std::string{pair.substr(0, 60)} + "\" is not possible");
      case Read::unknown_key:
        return wrong(text,
                     "there is no key \"" + std::string{pair.substr(0, std::min<std::size_t>(equals, 40))} + "\"");
    }
  }
  if (!options.attack.empty() && options.kind != SceneKind::desk) return wrong(text, "only the scene desk has attacks");
  return options;
}

}  // namespace regard::cast
