#include "gallery/io/keys.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace regard::gallery {
namespace {

/// What a sealed text is bound to: parts with their lengths, so that no two lists of parts look the same.
class Associated {
 public:
  explicit Associated(std::string_view what) { add(what); }
  Associated& add(crypto::BytesView part) {
    const std::uint64_t size = part.size();
    for (unsigned shift = 0; shift < 64; shift += 8) bytes_.push_back(static_cast<std::uint8_t>(size >> shift));
    bytes_.insert(bytes_.end(), part.begin(), part.end());
    return *this;
  }
  Associated& add(std::string_view part) { return add(crypto::bytes_of(part)); }
  [[nodiscard]] crypto::BytesView view() const { return bytes_; }

 private:
  crypto::Bytes bytes_;
};

Associated of_seed(const consent::GalleryName& gallery) { return Associated{"regard seed 1"}.add(gallery.value); }
Associated of_key(const consent::SubjectId& subject) { return Associated{"regard subject key 1"}.add(subject.value); }
Associated of_template(const SealedTemplate& row, const crypto::Bytes& sealed_seed) {
  return Associated{"regard template 1"}
      .add(row.subject.value)
      .add(row.gallery.value)
      .add(row.version.value)
      .add(crypto::sha256(sealed_seed));
}
/// An image stays what it is when its template is made anew: it is not bound to a version.
Associated of_image(const SealedTemplate& row) {
  return Associated{"regard image 1"}.add(row.subject.value).add(row.gallery.value);
}

}  // namespace

Keys::Keys(const crypto::SecretBytes& master)
    : seeds_{crypto::derive(master, "regard gallery seeds 1")},
      subjects_{crypto::derive(master, "regard subject keys 1")} {}

crypto::Bytes Keys::seal_seed(const consent::GalleryName& gallery, const crypto::SecretBytes& seed) const {
  return crypto::seal(seeds_, seed.bytes(), of_seed(gallery).view());
}

Result<crypto::SecretBytes> Keys::seed(const consent::GalleryName& gallery, const crypto::Bytes& sealed) const {
  return crypto::unseal(seeds_, sealed, of_seed(gallery).view(), "the secret of gallery " + gallery.value);
}

crypto::Bytes Keys::wrap(const consent::SubjectId& subject, const crypto::SecretBytes& key) const {
  return crypto::seal(subjects_, key.bytes(), of_key(subject).view());
}

Result<crypto::SecretBytes> Keys::unwrap(const consent::SubjectId& subject, const crypto::Bytes& wrapped) const {
  return crypto::unseal(subjects_, wrapped, of_key(subject).view(), "the key of " + subject.value);
}

Result<void> Keys::unwrap_into(const consent::SubjectId& subject, const crypto::Bytes& wrapped,
                               crypto::SecretBytes& key) const {
  return crypto::unseal_into(subjects_, wrapped, of_key(subject).view(), "the key of " + subject.value, key.bytes());
}

void turn_and_seal(const Rotation& rotation, std::span<const float> unit, const crypto::SecretBytes& subject_key,
                   const crypto::Bytes& sealed_seed, SealedTemplate& row) {
  crypto::SecretBytes turned{unit.size_bytes()};
  rotation.apply(unit, floats_of(turned));
  row.sealed = crypto::seal(subject_key, std::as_const(turned).bytes(), of_template(row, sealed_seed).view());
}

Result<crypto::SecretBytes> open_template(const crypto::SecretBytes& subject_key, const SealedTemplate& row,
                                          const crypto::Bytes& sealed_seed) {
  return crypto::unseal(subject_key, row.sealed, of_template(row, sealed_seed).view(),
                        "row " + std::to_string(row.row) + " of gallery " + row.gallery.value);
}

Result<void> open_template_into(const crypto::SecretBytes& subject_key, const SealedTemplate& row,
                                const crypto::Bytes& sealed_seed, crypto::SecretBytes& turned) {
  const std::size_t size = row.sealed.size() - std::min(row.sealed.size(), crypto::sealed_extra);
  if (turned.size() != size) turned = crypto::SecretBytes{size};
  return crypto::unseal_into(subject_key, row.sealed, of_template(row, sealed_seed).view(),
                             "row " + std::to_string(row.row) + " of gallery " + row.gallery.value, turned.bytes());
}

crypto::Bytes seal_image(const crypto::SecretBytes& subject_key, const SealedTemplate& row,
                         const crypto::SecretBytes& image) {
  return crypto::seal(subject_key, image.bytes(), of_image(row).view());
}

Result<crypto::SecretBytes> open_image(const crypto::SecretBytes& subject_key, const SealedTemplate& row) {
  return crypto::unseal(subject_key, row.sealed_image, of_image(row).view(),
                        "the image of row " + std::to_string(row.row) + " of gallery " + row.gallery.value);
}

}  // namespace regard::gallery
