#include "store/logic/stored_words.h"

#include <array>
#include <utility>

namespace regard::store {
namespace {

using consent::LegalBasis;
using consent::Purpose;

constexpr std::array<std::pair<Purpose, std::string_view>, 4> purposes{{
    {Purpose::access, "access"},
    {Purpose::authentication, "authentication"},
    {Purpose::watchlist, "watchlist"},
    {Purpose::association, "association"},
}};

constexpr std::array<std::pair<LegalBasis, std::string_view>, 6> bases{{
    {LegalBasis::consent, "consent"},
    {LegalBasis::contract, "contract"},
    {LegalBasis::legal_obligation, "legal_obligation"},
    {LegalBasis::vital_interests, "vital_interests"},
    {LegalBasis::public_task, "public_task"},
    {LegalBasis::legitimate_interests, "legitimate_interests"},
}};

template <typename Table, typename Value>
std::string_view word_of(const Table& table, Value value) {
  for (const auto& [known, word] : table) {
    if (known == value) return word;
  }
  CHECK(false && "every value has a word");
  return {};
}

template <typename Value, std::size_t Count>
std::optional<Value> value_of(const std::array<std::pair<Value, std::string_view>, Count>& table,
                              std::string_view wanted) {
  for (const auto& [value, word] : table) {
    if (word == wanted) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view stored(Purpose purpose) { return word_of(purposes, purpose); }
std::string_view stored(LegalBasis basis) { return word_of(bases, basis); }
std::optional<Purpose> purpose_stored_as(std::string_view word) { return value_of(purposes, word); }
std::optional<LegalBasis> basis_stored_as(std::string_view word) { return value_of(bases, word); }

}  // namespace regard::store
