// Addresses, cookies and resume points of requests come from whoever connects: reading them never fails but by an
// error, and what was read never holds a NUL.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "serve/serve.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace regard::serve;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  (void)cookies_from(text);
  const auto target = target_from(text);
  if (!target) return 0;
  if (target->path.empty() || target->path.front() != '/' || target->path.find('\0') != std::string::npos) std::abort();
  Request request;
  request.path = target->path;
  request.query = target->query;
  request.headers["last-event-id"] = std::string{text};
  (void)resume_after(request);
  Router router;
  router.add(Method::get, "/a/{b}", [](const Request&, const Parameters& parameters) {
    if (parameters.at("b").empty()) std::abort();
    return Response{};
  });
  (void)router(request);
  return 0;
}
