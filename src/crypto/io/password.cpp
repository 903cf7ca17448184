#include "crypto/password.h"

#include "crypto/io/sodium.h"

namespace regard::crypto {

// The cost that libsodium calls interactive: RFC 9106 section 4 recommends 64 MiB where 2 GiB are too much.
Result<std::string> password_hash(std::string_view password) {
  ready();
  std::string hash(crypto_pwhash_STRBYTES, '\0');
  if (crypto_pwhash_str(hash.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
    return fail(ErrorKind::unavailable, "keeping a password", "there is no room for 64 MiB",
                "free some memory and try again");
  hash.resize(hash.find('\0'));
  return hash;
}

bool password_matches(const std::string& hash, std::string_view password) {
  ready();
  if (hash.size() >= crypto_pwhash_STRBYTES) return false;
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

}  // namespace regard::crypto
