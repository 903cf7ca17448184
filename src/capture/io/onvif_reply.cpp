#include "capture/io/onvif_reply.h"

#include <algorithm>
#include <pugixml.hpp>
#include <sstream>

#include "capture/logic/onvif.h"

namespace regard::capture::onvif {
namespace {

constexpr const char* remedy = "check that it is an ONVIF camera and update its firmware";

std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child(const pugi::xml_node& parent, std::string_view name) {
  return parent.find_child([&](const pugi::xml_node& node) { return local_name(node) == name; });
}

/// Follows a path of local names downwards.
pugi::xml_node descend(pugi::xml_node node, std::initializer_list<std::string_view> path) {
  for (const std::string_view name : path) node = child(node, name);
  return node;
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return std::string{text.substr(first, text.find_last_not_of(blanks) - first + 1)};
}

std::string text_of(const pugi::xml_node& node) { return trimmed(node.text().get()); }

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream{text};
  std::vector<std::string> result;
  for (std::string word; stream >> word;) result.push_back(word);
  return result;
}

tl::unexpected<Error> fault(const std::string& doing, const pugi::xml_node& node) {
  std::string code = text_of(descend(node, {"Code", "Subcode", "Value"}));
  std::string reason = text_of(descend(node, {"Reason", "Text"}));
  // ONVIF Core section 5.11.2.2: ter:NotAuthorized; WSS 1.0 section 12: wsse:FailedAuthentication.
  const auto mentions = [&](std::string_view word) { return code.find(word) != std::string::npos; };
  if (mentions("NotAuthorized") || mentions("FailedAuthentication") || mentions("Sender not Authorized")) {
    return fail(ErrorKind::denied, doing, "the user name or password is refused", "check the camera's credentials");
  }
  if (reason.empty()) reason = code.empty() ? "it refused without a reason" : code;
  constexpr std::size_t longest_reason = 200;
  return fail(ErrorKind::unsupported, doing, reason.substr(0, longest_reason), remedy);
}

/// Parses `reply` into `document` and returns its SOAP body.
Result<pugi::xml_node> body_of(pugi::xml_document& document, const std::string& doing, std::string_view reply) {
  if (reply.size() > longest_reply) return fail(ErrorKind::limit, doing, "the answer is longer than 1 MiB", remedy);
  // pugixml expands no entities of a document's own, so a small reply cannot become a large one.
  const pugi::xml_parse_result parsed = document.load_buffer(reply.data(), reply.size());
  if (!parsed)
    return fail(ErrorKind::corrupt, doing, std::string{"the answer is not XML: "} + parsed.description(), remedy);
  const pugi::xml_node body = descend(document, {"Envelope", "Body"});
  if (!body) return fail(ErrorKind::corrupt, doing, "the answer is not SOAP", remedy);
  if (const pugi::xml_node refusal = child(body, "Fault")) return fault(doing, refusal);
  return body;
}

tl::unexpected<Error> missing(const std::string& doing, const std::string& what) {
  return fail(ErrorKind::corrupt, doing, "the answer names no " + what, remedy);
}

Size size_of(const pugi::xml_node& resolution) {
  constexpr int largest = 65536;
  const int width = child(resolution, "Width").text().as_int();
  const int height = child(resolution, "Height").text().as_int();
  return {std::clamp(width, 0, largest), std::clamp(height, 0, largest)};
}

}  // namespace

Result<std::vector<ProbeMatch>> read_probe_matches(std::string_view reply) {
  const std::string doing = "reading a camera's discovery answer";
  pugi::xml_document document;
  const auto body = body_of(document, doing, reply);
  if (!body) return tl::unexpected<Error>{body.error()};
  std::vector<ProbeMatch> matches;
  for (const pugi::xml_node& node : child(*body, "ProbeMatches").children()) {
    if (local_name(node) != "ProbeMatch") continue;
    ProbeMatch match;
    match.endpoint = text_of(descend(node, {"EndpointReference", "Address"}));
    match.services = words(text_of(child(node, "XAddrs")));
    for (const std::string& scope : words(text_of(child(node, "Scopes")))) {
      if (match.name.empty()) match.name = scope_value(scope, "name");
      if (match.hardware.empty()) match.hardware = scope_value(scope, "hardware");
    }
    if (!match.services.empty()) matches.push_back(std::move(match));
  }
  if (matches.empty()) return missing(doing, "camera");
  return matches;
}

Result<std::string> read_media_service(std::string_view reply) {
  const std::string doing = "asking a camera for its capabilities";
  pugi::xml_document document;
  const auto body = body_of(document, doing, reply);
  if (!body) return tl::unexpected<Error>{body.error()};
  std::string address = text_of(descend(*body, {"GetCapabilitiesResponse", "Capabilities", "Media", "XAddr"}));
  if (address.empty()) return missing(doing, "media service");
  return address;
}

Result<std::vector<Profile>> read_profiles(std::string_view reply) {
  const std::string doing = "asking a camera for its profiles";
  pugi::xml_document document;
  const auto body = body_of(document, doing, reply);
  if (!body) return tl::unexpected<Error>{body.error()};
  std::vector<Profile> profiles;
  for (const pugi::xml_node& node : child(*body, "GetProfilesResponse").children()) {
    if (local_name(node) != "Profiles" || profiles.size() == most_profiles) continue;
    const pugi::xml_node encoder = child(node, "VideoEncoderConfiguration");
    Profile profile{node.attribute("token").value(), text_of(child(node, "Name")), text_of(child(encoder, "Encoding")),
                    size_of(child(encoder, "Resolution"))};
    if (!profile.token.empty()) profiles.push_back(std::move(profile));
  }
  if (profiles.empty()) return missing(doing, "profile");
  return profiles;
}

Result<std::string> read_stream_uri(std::string_view reply) {
  const std::string doing = "asking a camera for a stream's address";
  pugi::xml_document document;
  const auto body = body_of(document, doing, reply);
  if (!body) return tl::unexpected<Error>{body.error()};
  std::string address = text_of(descend(*body, {"GetStreamUriResponse", "MediaUri", "Uri"}));
  if (address.empty()) return missing(doing, "address");
  return address;
}

Result<std::chrono::sys_seconds> read_date_and_time(std::string_view reply) {
  const std::string doing = "asking a camera for its clock";
  pugi::xml_document document;
  const auto body = body_of(document, doing, reply);
  if (!body) return tl::unexpected<Error>{body.error()};
  const pugi::xml_node utc = descend(*body, {"GetSystemDateAndTimeResponse", "SystemDateAndTime", "UTCDateTime"});
  const auto number = [&](const char* group, const char* name) {
    return descend(utc, {group, name}).text().as_int(-1);
  };
  using namespace std::chrono;
  const year_month_day date{year{number("Date", "Year")}, month{static_cast<unsigned>(number("Date", "Month"))},
                            day{static_cast<unsigned>(number("Date", "Day"))}};
  const int hour = number("Time", "Hour");
  const int minute = number("Time", "Minute");
  const int second = number("Time", "Second");
  const bool valid = date.ok() && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second <= 60;
  if (!valid) return missing(doing, "valid time");
  return sys_days{date} + hours{hour} + minutes{minute} + std::chrono::seconds{second};
}

}  // namespace regard::capture::onvif
