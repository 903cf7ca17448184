#include <algorithm>
#include <atomic>
#include <utility>

#include "core/core.h"
#include "crypto/crypto.h"
#include "crypto/io/sodium.h"

namespace regard::crypto {
namespace {

std::atomic<bool> locked_so_far{true};

}  // namespace

void ready() {
  static const int outcome = sodium_init();
  CHECK(outcome >= 0);
}

void wipe(std::span<std::uint8_t> bytes) { sodium_memzero(bytes.data(), bytes.size()); }
void wipe(std::span<float> values) { sodium_memzero(values.data(), values.size_bytes()); }

bool same(BytesView a, BytesView b) { return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0; }

SecretBytes::SecretBytes(std::size_t size) : size_{size} {
  if (size == 0) return;
  ready();
  // Puts guard pages around, asks for locking and MADV_DONTDUMP by itself; tells nobody when locking failed.
  data_ = static_cast<std::uint8_t*>(sodium_malloc(size));
  CHECK(data_ != nullptr);
  if (sodium_mlock(data_, size) != 0) locked_so_far = false;
  sodium_memzero(data_, size);
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_{std::exchange(other.data_, nullptr)}, size_{std::exchange(other.size_, 0)} {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

SecretBytes::~SecretBytes() { sodium_free(data_); }

SecretBytes SecretBytes::random(std::size_t size) {
  ready();
  SecretBytes secret{size};
  randombytes_buf(secret.data_, size);
  return secret;
}

SecretBytes SecretBytes::copy_of(BytesView bytes) {
  SecretBytes secret{bytes.size()};
  std::ranges::copy(bytes, secret.data_);
  return secret;
}

bool SecretBytes::all_locked() { return locked_so_far; }

std::span<float> floats_of(SecretBytes& secret) {
  return {reinterpret_cast<float*>(secret.bytes().data()), secret.size() / sizeof(float)};
}

std::span<const float> floats_of(const SecretBytes& secret) {
  return {reinterpret_cast<const float*>(secret.bytes().data()), secret.size() / sizeof(float)};
}

}  // namespace regard::crypto
