#include "accounts/passkeys.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "accounts/logic/cbor.h"
#include "crypto/signatures.h"

namespace regard::accounts {
namespace {

using crypto::Bytes;
using crypto::BytesView;
using Kind = CborItem::Kind;

constexpr std::size_t fixed_size = 32 + 1 + 4;    // hash of the site, flags, counter
constexpr std::size_t longest_credential = 1023;  // Level 2, section 7.1, step 17 of the newer text
constexpr std::size_t longest_client_data = 8U << 10U;

tl::unexpected<Error> malformed(std::string cause) {
  return fail(ErrorKind::invalid_input, "reading a passkey", std::move(cause), "try again with another authenticator");
}

std::optional<Bytes> bytes_at(const CborItem& map, std::int64_t key) {
  const CborItem* item = map.at(key);
  if (item == nullptr || item->kind != Kind::bytes) return std::nullopt;
  return Bytes(item->bytes.begin(), item->bytes.end());
}

bool has_number(const CborItem& map, std::int64_t key, std::int64_t value) {
  const CborItem* item = map.at(key);
  return item != nullptr && item->kind == Kind::number && item->number == value;
}

/// COSE_Key: RFC 9053 section 7 and RFC 8230 section 4. Labels: 1 type, 3 algorithm, -1 curve or n, -2 x or e, -3 y.
std::optional<PasskeyKey> key_from(const CborItem& cose) {
  constexpr std::size_t coordinate = 32;
  constexpr std::int64_t octet_pair = 1;
  constexpr std::int64_t elliptic = 2;
  constexpr std::int64_t rsa = 3;
  const auto is = [&](std::int64_t type, PasskeyAlgorithm algorithm) {
    return has_number(cose, 1, type) && has_number(cose, 3, static_cast<std::int64_t>(algorithm));
  };
  if (is(elliptic, PasskeyAlgorithm::es256) && has_number(cose, -1, 1)) {
    const auto x = bytes_at(cose, -2);
    const auto y = bytes_at(cose, -3);
    if (x && y && x->size() == coordinate && y->size() == coordinate)
      return PasskeyKey{PasskeyAlgorithm::es256, *x, *y};
  } else if (is(octet_pair, PasskeyAlgorithm::eddsa) && has_number(cose, -1, 6)) {
    const auto x = bytes_at(cose, -2);
    if (x && x->size() == coordinate) return PasskeyKey{PasskeyAlgorithm::eddsa, *x, {}};
  } else if (is(rsa, PasskeyAlgorithm::rs256)) {
    const auto n = bytes_at(cose, -1);
    const auto e = bytes_at(cose, -2);
    if (n && e && n->size() >= 256 && n->size() <= 1024 && !e->empty() && e->size() <= 8)
      return PasskeyKey{PasskeyAlgorithm::rs256, *n, *e};
  }
  return std::nullopt;
}

/// Section 6.5.1: AAGUID, length, id, key. Takes it from the front of `rest`.
Result<void> take_credential(BytesView& rest, AuthenticatorData& data) {
  constexpr std::size_t before_id = 16 + 2;
  if (rest.size() < before_id) return malformed("its credential is cut short");
  const std::size_t size = static_cast<std::size_t>(rest[16]) << 8U | rest[17];
  rest = rest.subspan(before_id);
  if (size == 0 || size > longest_credential || size > rest.size()) return malformed("its id has a wrong length");
  data.credential.assign(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size));
  rest = rest.subspan(size);
  const auto cose = take_cbor(rest);
  if (!cose) return malformed("its key is no CBOR");
  data.key = key_from(*cose);
  if (!data.key) return malformed("its key is not of ES256, EdDSA or RS256");
  return {};
}

}  // namespace

Result<AuthenticatorData> authenticator_data_from(BytesView bytes) {
  if (bytes.size() < fixed_size) return malformed("its authenticator data is cut short");
  AuthenticatorData data;
  std::ranges::copy(bytes.first(32), data.site.begin());
  const unsigned flags = bytes[32];
  data.is_present = (flags & 1U) != 0;
  data.is_verified = (flags & 4U) != 0;
  for (const std::uint8_t byte : bytes.subspan(33, 4)) data.counter = data.counter << 8U | byte;
  BytesView rest = bytes.subspan(fixed_size);
  if ((flags & 0x40U) != 0) {
    if (auto taken = take_credential(rest, data); !taken) return pass_on(std::move(taken));
  }
  const bool has_extensions = (flags & 0x80U) != 0;
  if (has_extensions && !take_cbor(rest)) return malformed("its extensions are no CBOR");
  if (!rest.empty()) return malformed("its authenticator data goes on after its end");
  return data;
}

Result<Bytes> authenticator_data_in(BytesView attestation_object) {
  BytesView rest = attestation_object;
  const auto object = take_cbor(rest);
  if (!object || !rest.empty()) return malformed("its attestation is no CBOR");
  const CborItem* data = object->at("authData");
  if (data == nullptr || data->kind != Kind::bytes) return malformed("its attestation has no authenticator data");
  return Bytes(data->bytes.begin(), data->bytes.end());
}

Result<ClientData> client_data_from(BytesView json) {
  if (json.size() > longest_client_data) return malformed("its client data is too long");
  const auto parsed = nlohmann::json::parse(
      json.begin(), json.end(), [](int depth, nlohmann::json::parse_event_t, nlohmann::json&) { return depth < 8; },
      false);
  if (!parsed.is_object()) return malformed("its client data is no JSON object");
  ClientData client;
  for (const auto& [name, text] :
       {std::pair{"type", &client.type}, {"challenge", &client.challenge}, {"origin", &client.origin}}) {
    const auto found = parsed.find(name);
    if (found == parsed.end() || !found->is_string()) return malformed("its client data has no " + std::string{name});
    *text = found->get<std::string>();
  }
  const auto cross = parsed.find("crossOrigin");
  client.is_cross_origin = cross != parsed.end() && *cross != false;
  return client;
}

bool is_signed_by(const PasskeyKey& key, BytesView authenticator_data, BytesView client_data, BytesView signature) {
  Bytes message(authenticator_data.begin(), authenticator_data.end());
  const crypto::Digest digest = crypto::sha256(client_data);
  message.insert(message.end(), digest.begin(), digest.end());
  switch (key.algorithm) {
    case PasskeyAlgorithm::es256:
      return crypto::verify_es256(key.first, key.second, message, signature);
    case PasskeyAlgorithm::rs256:
      return crypto::verify_rs256(key.first, key.second, message, signature);
    case PasskeyAlgorithm::eddsa: {
      crypto::PublicKey point{};
      crypto::Signature made{};
      if (key.first.size() != point.size() || signature.size() != made.size()) return false;
      std::ranges::copy(key.first, point.begin());
      std::ranges::copy(signature, made.begin());
      return crypto::verify(point, message, made);
    }
  }
  return false;
}

Result<void> check_passkey_answer(const Site& site, const ClientData& client, const std::string& type,
                                  const AuthenticatorData& data) {
  const auto denied = [](const char* cause, const char* remedy) {
    return fail(ErrorKind::denied, "looking at a passkey", cause, remedy);
  };
  if (client.type != type) return denied("it answers another question", "try again");
  if (client.origin != site.origin || client.is_cross_origin)
    return denied("it was made for another address than this server's",
                  "open the address that the configuration's origin names");
  if (data.site != crypto::sha256(crypto::bytes_of(site.id))) return denied("it is of another site", "use another one");
  if (!data.is_present || !data.is_verified)
    return denied("nobody was verified by PIN, finger or face", "set that up on the authenticator");
  return {};
}

}  // namespace regard::accounts
