#include "capture/logic/onvif.h"

#include "capture/logic/address.h"

namespace regard::capture::onvif {
namespace {

constexpr std::string_view device_service = "http://www.onvif.org/ver10/device/wsdl";
constexpr std::string_view media_service = "http://www.onvif.org/ver10/media/wsdl";

std::string security(const SecurityToken& token) {
  if (token.user.empty()) return {};
  constexpr std::string_view extension =
      "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
  constexpr std::string_view utility =
      "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
  constexpr std::string_view digest =
      "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest";
  constexpr std::string_view base64 =
      "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";
  std::string text;
  text.append("<Security s:mustUnderstand=\"1\" xmlns=\"").append(extension).append("\"><UsernameToken><Username>");
  text.append(escape(token.user)).append("</Username><Password Type=\"").append(digest).append("\">");
  text.append(token.digest).append("</Password><Nonce EncodingType=\"").append(base64).append("\">");
  text.append(token.nonce).append("</Nonce><Created xmlns=\"").append(utility).append("\">");
  text.append(token.created).append("</Created></UsernameToken></Security>");
  return text;
}

std::string envelope(const std::string& header, const std::string& body) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\">"
         "<s:Header>" +
         header + "</s:Header><s:Body>" + body + "</s:Body></s:Envelope>";
}

std::string request(std::string_view service, std::string_view name, const std::string& content) {
  std::string text;
  text.append("<").append(name).append(" xmlns=\"").append(service).append("\">");
  text.append(content).append("</").append(name).append(">");
  return text;
}

}  // namespace

std::string probe(const std::string& message_id) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
         "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
         "xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\" "
         "xmlns:n=\"http://www.onvif.org/ver10/network/wsdl\"><s:Header><a:MessageID>uuid:" +
         escape(message_id) +
         "</a:MessageID><a:To s:mustUnderstand=\"1\">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>"
         "<a:Action s:mustUnderstand=\"1\">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action></s:Header>"
         "<s:Body><d:Probe><d:Types>n:NetworkVideoTransmitter</d:Types></d:Probe></s:Body></s:Envelope>";
}

std::string get_system_date_and_time() { return envelope({}, request(device_service, "GetSystemDateAndTime", {})); }

std::string get_capabilities(const SecurityToken& token) {
  return envelope(security(token), request(device_service, "GetCapabilities", "<Category>Media</Category>"));
}

std::string get_profiles(const SecurityToken& token) {
  return envelope(security(token), request(media_service, "GetProfiles", {}));
}

std::string get_stream_uri(const SecurityToken& token, const std::string& profile) {
  return envelope(security(token),
                  request(media_service, "GetStreamUri",
                          "<StreamSetup><Stream xmlns=\"http://www.onvif.org/ver10/schema\">RTP-Unicast</Stream>"
                          "<Transport xmlns=\"http://www.onvif.org/ver10/schema\"><Protocol>RTSP</Protocol></Transport>"
                          "</StreamSetup><ProfileToken>" +
                              escape(profile) + "</ProfileToken>"));
}

std::string escape(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&apos;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n' || c == '\r') result += c;
    }
  }
  return result;
}

std::string host_of(std::string_view url) {
  const Address address = read_address(url);
  if (address.form != AddressForm::network) return {};
  std::string_view rest{address.location};
  rest.remove_prefix(address.scheme.size() + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (rest.starts_with('[')) return std::string{rest.substr(1, rest.find(']') - 1)};
  return std::string{rest.substr(0, rest.find(':'))};
}

std::string scope_value(std::string_view scope, std::string_view kind) {
  const std::string prefix = "onvif://www.onvif.org/" + std::string{kind} + "/";
  if (!scope.starts_with(prefix)) return {};
  return percent_decode(scope.substr(prefix.size()));
}

}  // namespace regard::capture::onvif
