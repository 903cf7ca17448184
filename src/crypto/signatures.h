// Signatures that others make: security keys, phones, identity providers. Any thread. Pure.
#pragma once

#include "crypto/crypto.h"

namespace regard::crypto {

/// ECDSA on P-256 with SHA-256 (FIPS 186-5). `x` and `y` have 32 bytes each, big-endian; `signature` is DER
/// (RFC 3279 section 2.2.3). False for a point that is not on the curve, too.
[[nodiscard]] bool verify_es256(BytesView x, BytesView y, BytesView message, BytesView signature);

/// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2). Modulus and exponent are big-endian; false for keys below
/// 2048 or above 8192 bits.
[[nodiscard]] bool verify_rs256(BytesView modulus, BytesView exponent, BytesView message, BytesView signature);

}  // namespace regard::crypto
