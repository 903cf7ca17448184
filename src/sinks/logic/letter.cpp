#include "sinks/logic/letter.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>

namespace regard::sinks {
namespace {

using Json = nlohmann::ordered_json;

tl::unexpected<Error> bad_mail(const std::string& cause, const std::string& remedy) {
  return fail(ErrorKind::invalid_input, "preparing mail", cause, remedy);
}

/// Enough to keep an address from becoming a header or a command; the mail server knows the rest.
bool is_address(std::string_view text) {
  const bool is_printable = std::ranges::all_of(
      text, [](char c) { return c > ' ' && c < '\x7f' && c != '<' && c != '>' && c != ',' && c != '"'; });
  const std::size_t at = text.find('@');
  return is_printable && at != 0 && at != std::string_view::npos && at + 1 < text.size() && text.size() <= 254 &&
         text.find('@', at + 1) == std::string_view::npos;
}

std::string text_in(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

/// Without line breaks: what is in an event does not write lines of its own.
std::string on_one_line(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
  constexpr std::size_t longest = 500;  // RFC 5322 2.1.1: a line has at most 998 bytes
  if (text.size() > longest) text.resize(longest);
  return text;
}

std::string line_about(const Journal::Record& record) {
  const Json event = Json::parse(record.text, nullptr, false);
  std::string line = text_in(event, "time") + "  " + text_in(event, "camera") + ": ";
  if (text_in(event, "event") == "identified") {
    const std::string name = text_in(event, "name");
    line += (name.empty() ? "somebody who may not be named any more" : name) + " was identified (gallery " +
            text_in(event, "gallery") + ")";
  } else {
    const std::string detail = text_in(event, "detail");
    line += "the camera is " + text_in(event, "state") + (detail.empty() ? "" : ": " + detail);
  }
  return on_one_line(line) + " [event " + std::to_string(record.number) + "]\r\n";
}

/// RFC 5322 3.3: "Tue, 24 Nov 2026 18:55:00 +0000".
std::string date_of(Timestamp time) {
  constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::string text = to_rfc3339(time);
  return std::string{days[std::chrono::weekday{day}.c_encoding()]} + ", " + text.substr(8, 2) + " " +
         months[static_cast<unsigned>(date.month()) - 1] + " " + text.substr(0, 4) + " " + text.substr(11, 8) +
         " +0000";
}

}  // namespace

Result<void> check_mail(const MailOptions& options) {
  if (!options.url.starts_with("smtp://") && !options.url.starts_with("smtps://"))
    return bad_mail("mail.url is no address of a mail server", "write smtp://HOST[:PORT] or smtps://HOST[:PORT]");
  const std::string_view place = std::string_view{options.url}.substr(options.url.find("//") + 2);
  if (place.empty() || place.front() == ':' || place.find_first_of("@/?# \r\n") != std::string_view::npos)
    return bad_mail("mail.url holds more than a host and a port, or no host",
                    "name user and password in mail.credentials_file, or in REGARD_MAIL_USER and REGARD_MAIL_PASSWORD");
  if (!is_address(options.from)) return bad_mail("mail.from is no address", "write it as regard@example.org");
  if (options.to.empty() || options.to.size() > 100 || !std::ranges::all_of(options.to, is_address))
    return bad_mail("mail.to is no list of 1 to 100 addresses", "write it as [\"guard@example.org\"]");
  if (options.galleries.empty() && !options.cameras)
    return bad_mail("nothing would be an alert", "name galleries in mail.galleries, or set mail.cameras");
  return {};
}

bool is_alert(std::string_view event, const MailOptions& options) {
  const Json json = Json::parse(event, nullptr, false);
  if (!json.is_object()) return false;
  const std::string kind = text_in(json, "event");
  if (kind == "identified")
    return std::ranges::find(options.galleries, text_in(json, "gallery")) != options.galleries.end();
  const std::string state = text_in(json, "state");
  return options.cameras && kind == "camera_state" && (state == "failed" || state == "stalled");
}

std::string letter_about(std::span<const Journal::Record> alerts, const MailOptions& options, Timestamp now) {
  std::string to;
  for (const std::string& one : options.to) to += (to.empty() ? "<" : ",\r\n <") + one + ">";
  const std::string first = std::to_string(alerts.front().number);
  const std::string domain = options.from.substr(options.from.find('@') + 1);
  std::string text = "Date: " + date_of(now) + "\r\nFrom: Regard <" + options.from + ">\r\nTo: " + to +
                     "\r\nSubject: Regard: " + std::to_string(alerts.size()) +
                     (alerts.size() == 1 ? " alert" : " alerts") + "\r\nMessage-ID: <" + first + "." +
                     std::to_string(now.time_since_epoch().count()) + "@" + domain +
                     ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                     "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
  for (const Journal::Record& alert : alerts) text += line_about(alert);
  return text;
}

}  // namespace regard::sinks
