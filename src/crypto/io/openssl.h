// What OpenSSL hands out, owned.
#pragma once

#include <openssl/evp.h>

#include <memory>

namespace regard::crypto {

template <auto release>
struct Release {
  template <typename T>
  void operator()(T* pointer) const {
    release(pointer);
  }
};
template <typename T, auto release>
using Owned = std::unique_ptr<T, Release<release>>;
using Key = Owned<EVP_PKEY, EVP_PKEY_free>;

}  // namespace regard::crypto
