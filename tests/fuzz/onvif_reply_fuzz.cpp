// Whatever a device on the network answers, reading it ends without harm.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "capture/io/onvif_reply.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace regard::capture::onvif;
  const std::string_view reply{reinterpret_cast<const char*>(data), size};
  (void)read_probe_matches(reply);
  (void)read_media_service(reply);
  (void)read_profiles(reply);
  (void)read_stream_uri(reply);
  (void)read_date_and_time(reply);
  return 0;
}
