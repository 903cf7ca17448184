// Operations of the transparency log.
#include <algorithm>
#include <charconv>

#include "app/io/api.h"

namespace regard::app {
namespace {

using serve::Response;

constexpr std::uint64_t most_entries = 1000;  // in one answer
constexpr std::uint64_t no_limit = ~0ULL;

}  // namespace

void Api::add_log() {
  on("logHead", [this](const Call&) -> Result<Response> {
    auto head = data_.log().head();
    if (!head) return pass_on(std::move(head));
    return text_response("application/json", events::to_json(*head) + "\n");
  });
  on("logEntries", [this](const Call& call) -> Result<Response> {
    auto from = call.query("from", 0, no_limit);
    if (!from) return pass_on(std::move(from));
    auto count = call.query("count", 100, most_entries);
    if (!count) return pass_on(std::move(count));
    auto head = data_.log().head();
    if (!head) return pass_on(std::move(head));
    const std::uint64_t begin = std::min(*from, head->size);
    std::string lines;
    auto read = data_.log().read(begin, begin + std::min(*count, head->size - begin),
                                 [&](consent::EntryId, std::string_view entry) {
                                   lines += entry;
                                   lines += '\n';
                                 });
    if (!read) return pass_on(std::move(read));
    return text_response("application/jsonl", std::move(lines));
  });
  on("logProof", [this](const Call& call) -> Result<Response> {
    const std::string& text = call.parameters.at("entry");
    std::uint64_t entry = 0;
    const char* end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, entry);
    if (failure != std::errc{} || stop != end)
      return fail(ErrorKind::not_found, "proving entry " + text, "that is no number", "GET /v1/log/entries");
    auto proof = data_.log().prove({entry});
    if (!proof) return pass_on(std::move(proof));
    return text_response("application/json", *proof + "\n");
  });
}

}  // namespace regard::app
