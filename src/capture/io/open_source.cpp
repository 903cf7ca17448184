#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <system_error>

#include "capture/io/sources.h"

namespace regard::capture {
namespace {

namespace fs = std::filesystem;

OpenedSource open_path(const Address& address, const SourceOptions& options, StateListener listener) {
  const fs::path path{address.location};
  const std::string doing = "opening " + address.location;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (address.location.empty() || status.type() == fs::file_type::not_found) {
    return fail(ErrorKind::not_found, doing, "there is no such file or folder", "check its name");
  }
  if (error) return fail(ErrorKind::denied, doing, error.message(), "check the rights of its folders");
  if (fs::is_regular_file(status) && fs::file_size(path, error) == 0) {
    return fail(ErrorKind::corrupt, doing, "the file is empty", "record it again or choose another file");
  }
  auto images = open_images(path, options, listener);
  if (!images || *images) return images;
  return open_recording(address, options, std::move(listener));
}

}  // namespace

Result<std::unique_ptr<Source>> open_source(const std::string& text, const SourceOptions& options,
                                            StateListener listener) {
  const Address address = read_address(text);
  switch (address.form) {
    case AddressForm::path:
      return open_path(address, options, std::move(listener));
    case AddressForm::cast:
      return open_cast(address.location, options, std::move(listener));
    case AddressForm::device:
    case AddressForm::network:
      return open_live(address, options, std::move(listener));
    case AddressForm::unknown:
      break;
  }
  return fail(ErrorKind::unsupported, "opening source " + printable_address(text),
              "the scheme " + address.scheme + ":// is unknown", "use one of: " + known_schemes());
}

}  // namespace regard::capture
