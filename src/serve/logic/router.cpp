#include <algorithm>

#include "serve/serve.h"

namespace regard::serve {
namespace {

std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts;
  for (std::size_t begin = 1; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    parts.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

bool is_parameter(const std::string& part) { return part.size() > 2 && part.front() == '{' && part.back() == '}'; }

std::optional<Parameters> match(const std::vector<std::string>& pattern, const std::vector<std::string>& parts) {
  if (pattern.size() != parts.size()) return std::nullopt;
  Parameters parameters;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (is_parameter(pattern[i]) && !parts[i].empty())
      parameters[pattern[i].substr(1, pattern[i].size() - 2)] = parts[i];
    else if (pattern[i] != parts[i])
      return std::nullopt;
  }
  return parameters;
}

std::string allowed(const std::map<Method, Router::RouteHandler>& handlers) {
  std::string text;
  for (const auto& [method, handler] : handlers) {
    text += std::string{to_string(method)} + ", ";
    if (method == Method::get) text += "HEAD, ";
  }
  return text + "OPTIONS";
}

}  // namespace

void Router::add(Method method, const std::string& pattern, RouteHandler handler) {
  std::vector<std::string> parts = parts_of(pattern);
  const auto known = std::ranges::find(routes_, parts, &Route::parts);
  if (known != routes_.end()) {
    known->handlers[method] = std::move(handler);
    return;
  }
  Route route{.parts = std::move(parts), .handlers = {}};
  route.handlers[method] = std::move(handler);
  const bool is_exact = std::ranges::none_of(route.parts, is_parameter);
  routes_.insert(is_exact ? routes_.begin() : routes_.end(), std::move(route));
}

Response Router::operator()(const Request& request) const {
  const std::string doing = "answering " + std::string{to_string(request.method)} + " " + request.path;
  const std::vector<std::string> parts = parts_of(request.path);
  for (const Route& route : routes_) {
    const auto parameters = match(route.parts, parts);
    if (!parameters) continue;
    const auto handler = route.handlers.find(request.method == Method::head ? Method::get : request.method);
    if (handler != route.handlers.end()) return handler->second(request, *parameters);
    const std::string allow = allowed(route.handlers);
    Response response;
    if (request.method == Method::options)
      response.status = 204;
    else
      response = problem(405, {ErrorKind::invalid_input, doing, "this path does not take that method", "use " + allow});
    response.headers.emplace_back("Allow", allow);
    return response;
  }
  return problem({ErrorKind::not_found, doing, "there is nothing", "/openapi.json describes what there is"});
}

}  // namespace regard::serve
