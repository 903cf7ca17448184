// embed: a face and a permit in, a template out.  Crop + Permit -> Template   Also: how good is a face picture.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "capture/capture.h"
#include "consent/consent.h"
#include "core/core.h"
#include "crypto/crypto.h"
#include "detect/detect.h"
#include "infer/infer.h"

namespace regard::gallery {
class Vault;
}

namespace regard::embed {

class FaceEmbedder;
class BodyEmbedder;

/// Which network or networks made a template, and from what bytes: "face-reidentification-retail-0095@d2ebc769".
/// Templates of different versions cannot be compared.
struct TemplateVersion {
  std::string value;
  friend auto operator<=>(const TemplateVersion&, const TemplateVersion&) = default;
};

/// Numbers that tell one face (or body) from another: a unit vector. Only the embedders make one and only the vault
/// reads one; it cannot be copied, printed or serialised, lies in locked memory and is wiped when destroyed. Confined
/// to one thread.
class Template {
 public:
  Template(Template&&) noexcept = default;
  Template& operator=(Template&&) noexcept = default;
  Template(const Template&) = delete;
  Template& operator=(const Template&) = delete;
  ~Template() = default;

  [[nodiscard]] std::size_t size() const { return secret_.size() / sizeof(float); }
  [[nodiscard]] const TemplateVersion& version() const { return version_; }
  /// The log entry of the permit under which it was made: whoever uses the template compares it with their permit's.
  [[nodiscard]] consent::EntryId entry() const { return entry_; }

 private:
  friend class FaceEmbedder;
  friend class BodyEmbedder;
  friend class regard::gallery::Vault;
  friend Result<float> compare(const consent::EvaluatePermit& permit, const Template& a, const Template& b,
                               const Clock& clock);
  friend Result<float> compare(const consent::AssociatePermit& permit, const Template& a, const Template& b,
                               const Clock& clock);
  Template(crypto::SecretBytes secret, TemplateVersion version, consent::EntryId entry)
      : secret_{std::move(secret)}, version_{std::move(version)}, entry_{entry} {}
  [[nodiscard]] std::span<const float> values() const { return crypto::floats_of(secret_); }
  crypto::SecretBytes secret_;
  TemplateVersion version_;
  consent::EntryId entry_;
};

/// Scales `values` to length one; false, and zeros, when they have no length or it is not finite.
[[nodiscard]] bool make_unit(std::span<float> values);

/// Cosine of two templates made under this very permit. Errors: denied (another permit's, or it is spent or too old),
/// invalid_input (versions differ).
[[nodiscard]] Result<float> compare(const consent::EvaluatePermit& permit, const Template& a, const Template& b,
                                    const Clock& clock);
[[nodiscard]] Result<float> compare(const consent::AssociatePermit& permit, const Template& a, const Template& b,
                                    const Clock& clock);

/// One face network as it must be fed; known by name of the manifest's decoder ("embedding-cosine", ...).
class FaceNetwork;  // embed/io/networks.h

/// What a face embedder is made of.
struct FaceModel {
  std::shared_ptr<const infer::Model> model;
  std::string name;    ///< the manifest's
  std::string sha256;  ///< of the network's file; its first eight digits are part of the version
};

/// Makes face templates: alignment by a similarity transform (Umeyama 1991), network, unit length. With two networks
/// their unit vectors are joined. Immutable: any thread.
class FaceEmbedder {
 public:
  /// One or two `models`; `clock` must outlive it. Errors: unsupported (not a face template network that is known).
  [[nodiscard]] static Result<FaceEmbedder> create(std::vector<FaceModel> models, const Clock& clock);

  /// Takes one template of the permit. Errors: denied (the permit is spent, too old, or for something else); those of
  /// the network.
  [[nodiscard]] Result<Template> embed(const capture::Picture& picture, const FacePoints& points,
                                       consent::EnrolPermit& permit) const;
  [[nodiscard]] Result<Template> embed(const capture::Picture& picture, const FacePoints& points,
                                       consent::VerifyPermit& permit) const;
  [[nodiscard]] Result<Template> embed(const capture::Picture& picture, const FacePoints& points,
                                       consent::IdentifyPermit& permit) const;
  [[nodiscard]] Result<Template> embed(const capture::Picture& picture, const FacePoints& points,
                                       consent::EvaluatePermit& permit) const;
  [[nodiscard]] const TemplateVersion& version() const { return version_; }
  [[nodiscard]] std::size_t size() const;

 private:
  FaceEmbedder(std::vector<std::shared_ptr<const FaceNetwork>> networks, TemplateVersion version, const Clock& clock);
  [[nodiscard]] Result<Template> make(const capture::Picture& picture, const FacePoints& points,
                                      consent::Permit& permit) const;
  std::vector<std::shared_ptr<const FaceNetwork>> networks_;
  TemplateVersion version_;
  const Clock* clock_;
};

/// Makes body templates, only to associate. Immutable: any thread.
class BodyEmbedder {
 public:
  [[nodiscard]] static Result<BodyEmbedder> create(FaceModel model, const Clock& clock);
  [[nodiscard]] Result<Template> embed(const capture::Picture& picture, const PixelBox& body,
                                       consent::AssociatePermit& permit) const;

 private:
  BodyEmbedder(FaceModel model, const Clock& clock);
  FaceModel model_;
  TemplateVersion version_;
  const Clock* clock_;
};

/// One component of face image quality, in the terms of ISO/IEC 29794-5.
struct QualityComponent {
  std::string
      name;  ///< "sharpness", "brightness", "contrast", "eye_distance", "yaw", "pitch", "roll", "occlusion", "network"
  float value = 0;
  float least = 0;     ///< acceptable from
  float most = 0;      ///< acceptable to
  std::string advice;  ///< when not acceptable: what to do, with the figures; else empty
  [[nodiscard]] bool acceptable() const { return value >= least && value <= most; }
};

struct Quality {
  std::vector<QualityComponent> components;
  float unified = 0;  ///< 0..100, the worst component's distance from its threshold decides
  [[nodiscard]] bool acceptable() const;
  /// The advice of the components that failed, worst first, joined by "; ".
  [[nodiscard]] std::string advice() const;
};

/// Which set of thresholds.
enum class Strictness {
  enrolment,  ///< references should be good
  probe,      ///< a probe at the door may be worse
};

/// Measures a face. Immutable: any thread. Needs no permit: it says nothing about who it is.
class QualityMeter {
 public:
  /// Either network may be null: its components are then left out.
  [[nodiscard]] static Result<QualityMeter> create(std::shared_ptr<const infer::Model> head_pose,
                                                   std::shared_ptr<const infer::Model> face_quality);
  /// `face` must have points. Errors: invalid_input (no points); those of the networks.
  [[nodiscard]] Result<Quality> measure(const capture::Picture& picture, const detect::Detection& face,
                                        Strictness strictness) const;

 private:
  QualityMeter(std::shared_ptr<const infer::Model> head_pose, std::shared_ptr<const infer::Model> face_quality);
  std::shared_ptr<const infer::Model> head_pose_;
  std::shared_ptr<const infer::Model> face_quality_;
};

}  // namespace regard::embed
