#include "crypto/hmac.h"

#include <gtest/gtest.h>

namespace regard::crypto {
namespace {

// RFC 2202 section 3, test cases 1, 2 and 6.
TEST(Hmac, gives_the_published_digests) {
  EXPECT_EQ(to_hex(hmac_sha1(Bytes(20, 0x0b), bytes_of("Hi There"))), "b617318655057264e28bc0b6fb378c8ef146be00");
  EXPECT_EQ(to_hex(hmac_sha1(bytes_of("Jefe"), bytes_of("what do ya want for nothing?"))),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(to_hex(hmac_sha1(Bytes(80, 0xaa), bytes_of("Test Using Larger Than Block-Size Key - Hash Key First"))),
            "aa4ae5e15272d00e95705637ce8a3b55ed402112");
  EXPECT_EQ(to_hex(hmac_sha1({}, {})), "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d") << "no key, no message";
}

}  // namespace
}  // namespace regard::crypto
