#include <nlohmann/json.hpp>

#include "events/logic/log_lines.h"

namespace regard::events {
namespace {

using Json = nlohmann::json;  // sorts keys by their bytes, as RFC 8785 does for what is ASCII

/// Names are ids and numbers are whole, so what remains of RFC 8785 is: no blanks, and the shortest escapes.
std::string canonical(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

template <typename Tag>
void put(Json& json, const char* key, const std::optional<consent::Text<Tag>>& text) {
  if (text) json[key] = text->value;
}

template <typename Named>
void put_name(Json& json, const char* key, const std::optional<Named>& value) {
  if (value) json[key] = to_string(*value);
}

Json digests(const std::vector<crypto::Digest>& path) {
  Json array = Json::array();
  for (const crypto::Digest& one : path) array.push_back(crypto::to_hex(one));
  return array;
}

}  // namespace

std::string to_json(const consent::Entry& entry, consent::EntryId index) {
  Json json{{"actor", entry.actor.value},
            {"index", index.value},
            {"kind", to_string(entry.kind)},
            {"time", to_rfc3339(entry.time)}};
  put(json, "subject", entry.subject);
  put(json, "consent", entry.consent);
  put(json, "gallery", entry.gallery);
  put(json, "zone", entry.zone);
  put(json, "watchlist", entry.watchlist);
  put_name(json, "purpose", entry.purpose);
  put_name(json, "refusal", entry.refusal);
  if (entry.camera) json["camera"] = entry.camera->value;
  if (entry.digest) json["digest"] = *entry.digest;
  if (entry.count) json["count"] = *entry.count;
  if (entry.about) json["about"] = entry.about->value;
  return canonical(json);
}

std::string inclusion_json(std::string_view entry, std::uint64_t index, const MerkleTree& tree, const TreeHead& head,
                           const crypto::PublicKey& key) {
  return canonical({{"entry", entry},
                    {"head", Json::parse(to_json(head))},
                    {"index", index},
                    {"key", crypto::to_hex(key)},
                    {"path", digests(tree.inclusion(index, head.size))},
                    {"root", crypto::to_hex(head.root)},
                    {"size", head.size}});
}

std::string extension_json(const TreeHead& old_head, const MerkleTree& tree, const TreeHead& head,
                           const crypto::PublicKey& key) {
  return canonical({{"head", Json::parse(to_json(head))},
                    {"key", crypto::to_hex(key)},
                    {"old_head", Json::parse(to_json(old_head))},
                    {"path", digests(tree.consistency(old_head.size, head.size))}});
}

}  // namespace regard::events
