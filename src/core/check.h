// CHECK: for programmer errors only. Never reachable from a file, a camera, the network, a model or the database.
#pragma once

namespace regard {

/// Prints the broken condition with its place and aborts. Call through CHECK.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace regard

#define CHECK(condition)                                                      \
  do {                                                                        \
    if (!(condition)) ::regard::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)
