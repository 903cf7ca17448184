// libsodium, ready for use.
#pragma once

#include <sodium.h>

namespace regard::crypto {

/// Initialises libsodium once; it must come before every other call of it.
void ready();

}  // namespace regard::crypto
