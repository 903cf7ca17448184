// Attestation objects, authenticator data and client data come from whoever asks to log in: reading them never fails
// but by an error, and a key that was read has the sizes that its algorithm has.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "accounts/passkeys.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace regard::accounts;
  const regard::crypto::BytesView bytes{data, size};
  (void)client_data_from(bytes);
  const auto inside = authenticator_data_in(bytes);
  const auto read = authenticator_data_from(inside ? *inside : regard::crypto::Bytes(data, data + size));
  if (!read) return 0;
  if (read->key.has_value() == read->credential.empty()) std::abort();
  if (read->key && read->key->algorithm == PasskeyAlgorithm::es256 &&
      (read->key->first.size() != 32 || read->key->second.size() != 32))
    std::abort();
  if (read->key) (void)is_signed_by(*read->key, bytes, bytes, bytes);
  return 0;
}
