// A gallery on its way to templates of other networks.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "gallery/gallery.h"
#include "gallery/io/keys.h"
#include "gallery/logic/rotation.h"

namespace regard::gallery {

/// New templates for rows that are stored, sealed under a new rotation, kept until all are there. Confined to one
/// thread.
class Renewal {
 public:
  Renewal(const Keys& keys, const consent::GalleryName& gallery, const embed::TemplateVersion& version,
          std::size_t dimension);

  [[nodiscard]] const GallerySecret& secret() const { return secret_; }
  [[nodiscard]] std::size_t dimension() const { return rotation_.dimension(); }
  /// Seals `unit` anew as the template of `row`.
  void put(const crypto::SecretBytes& subject_key, SealedTemplate row, std::span<const float> unit);
  /// The renewed rows of exactly these numbers. Errors: invalid_input (one was not renewed).
  [[nodiscard]] Result<std::vector<SealedTemplate>> rows(const std::vector<SearchableRow>& stored) const;

 private:
  GallerySecret secret_;
  crypto::SecretBytes seed_;
  Rotation rotation_;
  std::map<std::uint64_t, SealedTemplate> rows_;
};

}  // namespace regard::gallery
