// The keys of a vault: which key seals what, and what each sealed thing is bound to.
#pragma once

#include <span>

#include "gallery/gallery.h"
#include "gallery/logic/rotation.h"

namespace regard::gallery {

/// Seals and opens what a gallery keeps. master -> (derived) key for seeds, key for subjects' keys; a subject's own
/// random key -> its templates and images. Immutable: any thread.
class Keys {
 public:
  explicit Keys(const crypto::SecretBytes& master);

  [[nodiscard]] crypto::Bytes seal_seed(const consent::GalleryName& gallery, const crypto::SecretBytes& seed) const;
  /// Errors: corrupt (wrong master key).
  [[nodiscard]] Result<crypto::SecretBytes> seed(const consent::GalleryName& gallery,
                                                 const crypto::Bytes& sealed) const;

  [[nodiscard]] crypto::Bytes wrap(const consent::SubjectId& subject, const crypto::SecretBytes& key) const;
  /// Errors: corrupt.
  [[nodiscard]] Result<crypto::SecretBytes> unwrap(const consent::SubjectId& subject,
                                                   const crypto::Bytes& wrapped) const;
  /// The same into `key`, which has key_size bytes: for whoever opens thousands.
  [[nodiscard]] Result<void> unwrap_into(const consent::SubjectId& subject, const crypto::Bytes& wrapped,
                                         crypto::SecretBytes& key) const;

 private:
  crypto::SecretBytes seeds_;
  crypto::SecretBytes subjects_;
};

/// Makes `row.sealed` of the vector `unit`, turned by `rotation`. It is bound to the row's subject, gallery and version
/// and to the rotation, which `sealed_seed` stands for: a row that was moved elsewhere, or left behind by a re-keying,
/// cannot be opened.
void turn_and_seal(const Rotation& rotation, std::span<const float> unit, const crypto::SecretBytes& subject_key,
                   const crypto::Bytes& sealed_seed, SealedTemplate& row);
/// Errors: corrupt.
[[nodiscard]] Result<crypto::SecretBytes> open_template(const crypto::SecretBytes& subject_key,
                                                        const SealedTemplate& row, const crypto::Bytes& sealed_seed);

/// The same into `turned`, which gets the size of the template when it has another.
[[nodiscard]] Result<void> open_template_into(const crypto::SecretBytes& subject_key, const SealedTemplate& row,
                                              const crypto::Bytes& sealed_seed, crypto::SecretBytes& turned);

[[nodiscard]] crypto::Bytes seal_image(const crypto::SecretBytes& subject_key, const SealedTemplate& row,
                                       const crypto::SecretBytes& image);
[[nodiscard]] Result<crypto::SecretBytes> open_image(const crypto::SecretBytes& subject_key, const SealedTemplate& row);

}  // namespace regard::gallery
