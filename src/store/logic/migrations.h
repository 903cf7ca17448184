// The numbered steps that lead from an empty file to the present form of the database. Written by the build from
// src/store/migrations/*.sql.
#pragma once

#include <span>
#include <string_view>

namespace regard::store {

struct Migration {
  int number = 0;  ///< counted from 1; PRAGMA user_version after it was made
  std::string_view name;
  std::string_view text;  ///< SQL
};

/// In order, without a gap.
[[nodiscard]] std::span<const Migration> migrations();

}  // namespace regard::store
