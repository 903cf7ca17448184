#include <nlohmann/json.hpp>

#include "serve/serve.h"

namespace regard::serve {
namespace {

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_input:
      return 400;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::unavailable:
      return 503;
    case ErrorKind::denied:
      return 403;
    case ErrorKind::corrupt:
      return 500;
    case ErrorKind::unsupported:
      return 501;
    case ErrorKind::limit:
      return 413;
  }
  return 500;
}

/// RFC 9457 4.2.1: without a type of its own, a problem's title is the status in words.
std::string_view title_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return status < 500 ? "Refused" : "Internal Server Error";
  }
}

}  // namespace

Response problem(const Error& error) { return problem(status_of(error.kind), error); }

Response problem(int status, const Error& error) {
  const nlohmann::ordered_json json{{"type", "about:blank"},     {"title", title_of(status)}, {"status", status},
                                    {"detail", error.message()}, {"doing", error.doing},      {"cause", error.cause},
                                    {"remedy", error.remedy}};
  // A client's own bytes may be quoted in the text: whatever is not UTF-8 becomes U+FFFD.
  return {.status = status,
          .type = "application/problem+json",
          .body = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n",
          .headers = {},
          .channel = nullptr,
          .feed = {},
          .after = {},
          .may_go_on = {}};
}

}  // namespace regard::serve
