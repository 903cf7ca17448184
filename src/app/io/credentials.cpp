#include "app/credentials.h"

#include <cstdlib>
#include <fstream>

namespace regard::app {

Result<std::optional<capture::Credentials>> camera_credentials(const std::string& file) {
  if (file.empty()) {
    const char* user = std::getenv("REGARD_CAMERA_USER");
    const char* password = std::getenv("REGARD_CAMERA_PASSWORD");
    if (user == nullptr) return std::nullopt;
    return capture::Credentials{user, password != nullptr ? password : ""};
  }
  const std::string doing = "reading credentials from " + file;
  std::ifstream stream{file};
  std::string line;
  if (!std::getline(stream, line)) {
    return fail(ErrorKind::not_found, doing, "it cannot be read", "check its name and rights");
  }
  if (line.ends_with('\r')) line.pop_back();
  const std::size_t colon = line.find(':');
  if (colon == std::string::npos) {
    return fail(ErrorKind::invalid_input, doing, "its first line holds no colon", "write USER:PASSWORD there");
  }
  return capture::Credentials{line.substr(0, colon), line.substr(colon + 1)};
}

}  // namespace regard::app
