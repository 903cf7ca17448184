#include "gallery/io/renewal.h"

#include <utility>

namespace regard::gallery {

Renewal::Renewal(const Keys& keys, const consent::GalleryName& gallery, const embed::TemplateVersion& version,
                 std::size_t dimension)
    : seed_{crypto::SecretBytes::random(seed_size)}, rotation_{seed_, dimension} {
  secret_ = {keys.seal_seed(gallery, seed_), version, 0};
}

void Renewal::put(const crypto::SecretBytes& subject_key, SealedTemplate row, std::span<const float> unit) {
  crypto::SecretBytes turned{unit.size_bytes()};
  rotation_.apply(unit, floats_of(turned));
  row.version = secret_.version;
  row.sealed = seal_template(subject_key, row, secret_.sealed_seed, floats_of(std::as_const(turned)));
  row.sealed_image.clear();  // stays as it is stored
  rows_[row.row] = std::move(row);
}

Result<std::vector<SealedTemplate>> Renewal::rows(const std::vector<SearchableRow>& stored) const {
  std::vector<SealedTemplate> all;
  for (const SearchableRow& row : stored) {
    const auto renewed = rows_.find(row.sealed.row);
    if (renewed == rows_.end()) {
      return fail(ErrorKind::invalid_input, "moving gallery " + row.sealed.gallery.value + " to other networks",
                  "a template of " + row.sealed.subject.value + " was not made anew",
                  "renew everybody first; erase those whose images were not kept, and enrol them again");
    }
    all.push_back(renewed->second);
  }
  return all;
}

}  // namespace regard::gallery
