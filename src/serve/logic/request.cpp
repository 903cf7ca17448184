#include <algorithm>
#include <charconv>

#include "serve/serve.h"

namespace regard::serve {
namespace {

constexpr std::pair<Method, std::string_view> methods[] = {
    {Method::get, "GET"},     {Method::head, "HEAD"},     {Method::post, "POST"},      {Method::put, "PUT"},
    {Method::patch, "PATCH"}, {Method::remove, "DELETE"}, {Method::options, "OPTIONS"}};

std::optional<int> hexadecimal(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return std::nullopt;
}

enum class Plus { stays, is_blank };

/// RFC 3986 2.1, and + for a blank in queries as forms write them. Empty for a broken escape or a NUL.
std::optional<std::string> decoded(std::string_view text, Plus plus) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char byte = text[i];
    if (byte == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const auto high = hexadecimal(text[i + 1]);
      const auto low = hexadecimal(text[i + 2]);
      if (!high || !low) return std::nullopt;
      byte = static_cast<char>(*high * 16 + *low);
      i += 2;
    } else if (byte == '+' && plus == Plus::is_blank) {
      byte = ' ';
    }
    if (byte == '\0') return std::nullopt;
    result += byte;
  }
  return result;
}

template <typename Take>
void for_each_part(std::string_view text, char separator, Take take) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    take(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::optional<std::uint64_t> number_from(const std::string& text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::string_view to_string(Method method) {
  for (const auto& [known, name] : methods)
    if (known == method) return name;
  return "OTHER";
}

Method method_from(std::string_view name) {
  for (const auto& [method, known] : methods)
    if (known == name) return method;
  return Method::other;
}

Result<Target> target_from(std::string_view text) {
  const auto broken = [](std::string cause) {
    return fail(ErrorKind::invalid_input, "reading the address of a request", std::move(cause),
                "write it as RFC 3986 says, for example /v1/events?after=0");
  };
  text = text.substr(0, text.find('#'));
  if (text.empty() || text.front() != '/') return broken("it does not start with /");
  const std::size_t mark = text.find('?');
  auto path = decoded(text.substr(0, mark), Plus::stays);
  if (!path) return broken("its path has a broken % escape or a NUL");
  Target target{.path = std::move(*path), .query = {}};
  bool is_whole = true;
  for_each_part(mark == std::string_view::npos ? "" : text.substr(mark + 1), '&', [&](std::string_view part) {
    if (part.empty()) return;
    const std::size_t equals = part.find('=');
    auto name = decoded(part.substr(0, equals), Plus::is_blank);
    auto value = decoded(equals == std::string_view::npos ? "" : part.substr(equals + 1), Plus::is_blank);
    if (name && value)
      target.query[*name] = *value;
    else
      is_whole = false;
  });
  if (!is_whole) return broken("its query has a broken % escape or a NUL");
  return target;
}

std::map<std::string, std::string> cookies_from(std::string_view header) {
  std::map<std::string, std::string> cookies;
  for_each_part(header, ';', [&](std::string_view part) {
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos || equals == 0) return;
    std::string_view value = part.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    cookies.emplace(part.substr(0, equals), value);
  });
  return cookies;
}

std::string Request::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

std::optional<std::uint64_t> resume_after(const Request& request) {
  if (const auto last = number_from(request.header("last-event-id"))) return last;
  const auto after = request.query.find("after");
  return after == request.query.end() ? std::nullopt : number_from(after->second);
}

}  // namespace regard::serve
