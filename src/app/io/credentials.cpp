#include "app/credentials.h"

#include <cstdlib>
#include <fstream>

namespace regard::app {
namespace {

Result<std::string> first_line(const std::string& file, const std::string& doing) {
  std::ifstream stream{file};
  std::string line;
  if (!std::getline(stream, line)) {
    return fail(ErrorKind::not_found, doing, "it cannot be read", "check its name and rights");
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::string variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value != nullptr ? value : "";
}

/// USER:PASSWORD from the first line of `file`, else `variables`_USER and `variables`_PASSWORD.
template <typename User>
Result<std::optional<User>> user_from(const std::string& file, const std::string& variables) {
  if (file.empty()) {
    if (std::getenv((variables + "_USER").c_str()) == nullptr) return std::nullopt;
    return User{variable(variables + "_USER"), variable(variables + "_PASSWORD")};
  }
  const std::string doing = "reading credentials from " + file;
  auto line = first_line(file, doing);
  if (!line) return pass_on(std::move(line));
  const std::size_t colon = line->find(':');
  if (colon == std::string::npos) {
    return fail(ErrorKind::invalid_input, doing, "its first line holds no colon", "write USER:PASSWORD there");
  }
  return User{line->substr(0, colon), line->substr(colon + 1)};
}

}  // namespace

Result<std::optional<capture::Credentials>> camera_credentials(const std::string& file) {
  return user_from<capture::Credentials>(file, "REGARD_CAMERA");
}

Result<std::optional<sinks::Login>> mqtt_login(const std::string& file) {
  return user_from<sinks::Login>(file, "REGARD_MQTT");
}

Result<std::optional<sinks::Login>> mail_login(const std::string& file) {
  return user_from<sinks::Login>(file, "REGARD_MAIL");
}

Result<std::string> webhook_secret(const std::string& file) {
  return file.empty() ? variable("REGARD_WEBHOOK_SECRET")
                      : first_line(file, "reading the webhooks' secret from " + file);
}

}  // namespace regard::app
