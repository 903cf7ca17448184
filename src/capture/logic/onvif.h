// The words that ONVIF cameras understand. Pure. ONVIF Core Specification 2.6, WS-Discovery April 2005, SOAP 1.2,
// Web Services Security UsernameToken Profile 1.0.
#pragma once

#include <string>
#include <string_view>

#include "core/core.h"

namespace regard::capture::onvif {

/// What a UsernameToken says instead of the password: digest = base64(SHA-1(nonce + created + password)).
struct SecurityToken {
  std::string user;
  std::string digest;   ///< base64
  std::string nonce;    ///< base64
  std::string created;  ///< RFC 3339, by the camera's clock
};

/// Asks every camera on the network to say where it is. `message_id` is a fresh UUID.
[[nodiscard]] std::string probe(const std::string& message_id);

/// Requests to the device and media services; an empty `user` leaves the security header out.
[[nodiscard]] std::string get_system_date_and_time();
[[nodiscard]] std::string get_capabilities(const SecurityToken& token);
[[nodiscard]] std::string get_profiles(const SecurityToken& token);
[[nodiscard]] std::string get_stream_uri(const SecurityToken& token, const std::string& profile);

/// `text` with the five characters that XML reserves replaced, and those that it forbids left out.
[[nodiscard]] std::string escape(std::string_view text);

/// The host of an http, https or rtsp address, without port or brackets; empty when it is none.
[[nodiscard]] std::string host_of(std::string_view url);

/// "My Camera" of an ONVIF scope "onvif://www.onvif.org/name/My%20Camera" when `kind` is "name"; else empty.
[[nodiscard]] std::string scope_value(std::string_view scope, std::string_view kind);

}  // namespace regard::capture::onvif
