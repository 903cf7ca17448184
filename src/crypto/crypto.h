// crypto: digests, signatures, sealing and secret memory. Below the row, like image and infer; libsodium and OpenSSL
// behind words. Every function may be called from any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/core.h"

namespace regard::crypto {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

[[nodiscard]] BytesView bytes_of(std::string_view text);

/// SHA-256 (FIPS 180-4).
using Digest = std::array<std::uint8_t, 32>;
[[nodiscard]] Digest sha256(BytesView bytes);
/// Of `parts` one after the other, without joining them.
[[nodiscard]] Digest sha256(std::span<const BytesView> parts);

/// Lower-case hexadecimal.
[[nodiscard]] std::string to_hex(BytesView bytes);
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);
/// RFC 4648 section 5, without padding.
[[nodiscard]] std::string to_base64url(BytesView bytes);
[[nodiscard]] std::optional<Bytes> from_base64url(std::string_view text);
/// RFC 4648 section 4, with padding.
[[nodiscard]] std::optional<Bytes> from_base64(std::string_view text);

/// Bytes of the kernel's generator.
[[nodiscard]] Bytes random_bytes(std::size_t count);
/// `prefix` and 128 random bits in lower-case base32 (26 letters and digits): "person_4zq...".
[[nodiscard]] std::string random_id(std::string_view prefix);

/// Overwrites `bytes` in a way that no compiler leaves out.
void wipe(std::span<std::uint8_t> bytes);
void wipe(std::span<float> values);

/// Equal, in a time that does not tell where they differ.
[[nodiscard]] bool same(BytesView a, BytesView b);

/// Secret bytes: in pages that are never swapped nor part of a core dump, between guard pages, wiped on release.
/// Move-only; confined to one thread unless const.
class SecretBytes {
 public:
  SecretBytes() = default;
  /// `size` zero bytes. When the limit of locked memory is reached the pages are still guarded and wiped, but may be
  /// swapped: `all_locked()` tells.
  explicit SecretBytes(std::size_t size);
  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  [[nodiscard]] static SecretBytes random(std::size_t size);
  [[nodiscard]] static SecretBytes copy_of(BytesView bytes);

  [[nodiscard]] std::span<std::uint8_t> bytes() { return {data_, size_}; }
  [[nodiscard]] BytesView bytes() const { return {data_, size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// Whether every SecretBytes of this process so far could be locked into memory.
  [[nodiscard]] static bool all_locked();

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Secret bytes as floats. Their number is a multiple of four: the memory ends where a page ends.
[[nodiscard]] std::span<float> floats_of(SecretBytes& secret);
[[nodiscard]] std::span<const float> floats_of(const SecretBytes& secret);

inline constexpr std::size_t key_size = 32;

/// XChaCha20-Poly1305 with a fresh random nonce in front: nonce (24), ciphertext, tag (16). `associated` is bound to
/// the result but not contained in it. `key` has key_size bytes.
[[nodiscard]] Bytes seal(const SecretBytes& key, BytesView plain, BytesView associated);
/// Errors: corrupt, when key, bytes or `associated` are not those of `seal`; `what` is used in the message.
[[nodiscard]] Result<SecretBytes> unseal(const SecretBytes& key, BytesView sealed, BytesView associated,
                                         std::string_view what);
/// Bytes by which a sealed text is longer.
inline constexpr std::size_t sealed_extra = 24 + 16;
/// The same into memory that the caller has: asking the system for secret memory takes longer than opening a template.
/// Errors besides: corrupt, when `plain` does not have the size of what was sealed.
[[nodiscard]] Result<void> unseal_into(const SecretBytes& key, BytesView sealed, BytesView associated,
                                       std::string_view what, std::span<std::uint8_t> plain);

/// A key of key_size bytes for one `context` ("gallery rotation", ...), from which `key` cannot be computed:
/// BLAKE2b keyed with `key` over `context`.
[[nodiscard]] SecretBytes derive(const SecretBytes& key, std::string_view context);

/// What stretching a passphrase costs.
struct PassphraseCost {
  std::uint64_t operations = 3;
  std::uint64_t memory_bytes = 64ULL << 20;
};
/// argon2id (RFC 9106) with a salt of 16 bytes. Errors: unavailable (not enough memory).
[[nodiscard]] Result<SecretBytes> stretch(BytesView passphrase, BytesView salt, const PassphraseCost& cost = {});

using PublicKey = std::array<std::uint8_t, 32>;  ///< Ed25519
using Signature = std::array<std::uint8_t, 64>;
[[nodiscard]] bool verify(const PublicKey& key, BytesView message, const Signature& signature);

/// An Ed25519 key (RFC 8032). Move-only; signing from any thread.
class SigningKey {
 public:
  [[nodiscard]] static SigningKey generate();
  /// From the 32 bytes that `seed` gives. Errors: corrupt (another length).
  [[nodiscard]] static Result<SigningKey> from_seed(const SecretBytes& seed);
  [[nodiscard]] const SecretBytes& seed() const { return seed_; }
  [[nodiscard]] const PublicKey& public_key() const { return public_; }
  [[nodiscard]] Signature sign(BytesView message) const;

 private:
  SigningKey(SecretBytes seed, SecretBytes secret, const PublicKey& key);
  SecretBytes seed_;
  SecretBytes secret_;
  PublicKey public_{};
};

/// A compact JSON Web Signature (RFC 7515) with EdDSA (RFC 8037) over `payload`, a JSON text. `type` is its "typ".
[[nodiscard]] std::string sign_jws(const SigningKey& key, std::string_view payload, std::string_view type);
/// The payload. Errors: corrupt (form, algorithm or signature is wrong).
[[nodiscard]] Result<std::string> verify_jws(const PublicKey& key, std::string_view jws);

/// Where the key that wraps all others comes from.
struct MasterKeySource {
  std::filesystem::path file;             ///< 32 bytes as 64 hexadecimal digits; mode 0600 is demanded
  std::optional<std::string> passphrase;  ///< instead of `file`: stretched with the salt below
  Bytes salt;                             ///< 16 bytes, kept beside the data
};
/// Reads $CREDENTIALS_DIRECTORY/regard-master-key (systemd) when it is there, else stretches the passphrase, else reads
/// the file. Errors: not_found, denied (others may read the file), corrupt (not a key), unavailable.
[[nodiscard]] Result<SecretBytes> master_key(const MasterKeySource& source);
/// Makes `file` with a new random key, mode 0600, durable. Errors: invalid_input (it exists), unavailable (disk).
[[nodiscard]] Result<void> create_master_key(const std::filesystem::path& file);

}  // namespace regard::crypto
