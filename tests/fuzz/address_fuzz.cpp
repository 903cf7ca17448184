// Addresses come from configuration, cameras and FFmpeg's log: whatever they hold, no password of a plain form survives
// redaction, and redacting twice changes nothing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "capture/logic/address.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace regard::capture;
  const std::string text{reinterpret_cast<const char*>(data), size};
  const Address address = read_address(text);
  (void)with_credentials(address, address.credentials);
  const std::string once = redact(text);
  if (redact(once) != once && text.find("://") == std::string::npos) std::abort();
  if (redact("rtsp://user:QXZW@host/" + text).find("QXZW") != std::string::npos &&
      text.find("QXZW") == std::string::npos) {
    std::abort();
  }
  (void)naturally_before(text, once);
  return 0;
}
