#include <algorithm>
#include <cctype>

#include "app/watch.h"

namespace regard::app {

Result<detect::Wanted> wanted_from(const std::vector<std::string>& names) {
  detect::Wanted wanted{.faces = false, .persons = false, .objects = {}};
  for (const std::string& name : names) {
    if (name == "face") {
      wanted.faces = true;
    } else if (name == "all") {
      wanted = {.faces = true, .persons = true, .objects = {}};
      for (int i = 1; i < detect::object_class_count; ++i) wanted.objects.push_back({i});
      return wanted;
    } else if (name == "person") {
      wanted.persons = true;
    } else {
      auto object = detect::class_from(name);
      if (!object) return pass_on(std::move(object));
      if (std::ranges::find(wanted.objects, *object) == wanted.objects.end()) wanted.objects.push_back(*object);
    }
  }
  return wanted;
}

double usual_rate(const std::string& address) {
  constexpr double recorded = 10;
  constexpr double live = 5;
  return address.find("://") != std::string::npos || address.starts_with("/dev/") ? live : recorded;
}

std::string camera_name_for(const std::string& address, const std::vector<CameraName>& taken) {
  std::string name = address;
  if (const auto scheme = name.find("://"); scheme != std::string::npos) {
    name = name.substr(scheme + 3);
    if (const auto login = name.find('@'); login != std::string::npos && login < name.find('/'))
      name = name.substr(login + 1);
    name = name.substr(0, name.find_first_of(":/?"));
  } else {
    name = name.substr(0, name.find('?'));
    while (name.size() > 1 && name.back() == '/') name.pop_back();
    if (const auto slash = name.rfind('/'); slash != std::string::npos) name = name.substr(slash + 1);
    if (const auto dot = name.rfind('.'); dot != std::string::npos && dot > 0) name = name.substr(0, dot);
  }
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '_' && c != '.'; }, '-');
  if (name.empty()) name = "camera";
  std::string unique = name;
  const auto is_taken = [&] {
    return std::ranges::any_of(taken, [&](const CameraName& other) { return other.value == unique; });
  };
  for (int number = 2; is_taken(); ++number) unique = name + "-" + std::to_string(number);
  return unique;
}

}  // namespace regard::app
