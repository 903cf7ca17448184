// Faces of pictures made into enrolments and identities: detection, quality, permit, template, vault in this order.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/data_folder.h"
#include "app/networks.h"
#include "core/core.h"
#include "detect/detect.h"
#include "embed/embed.h"
#include "gallery/gallery.h"
#include "liveness/liveness.h"

namespace regard::app {

/// A picture and the one face in it that counts.
struct FacePicture {
  std::string name;  ///< for messages: file or camera
  std::shared_ptr<const capture::Picture> picture;
  detect::Detection face;
  embed::Quality quality;
};

/// Reads an image file. Errors: those of image::read.
[[nodiscard]] Result<std::shared_ptr<const capture::Picture>> read_picture(const std::string& file);

/// The face nearest to the picture's centre, measured in sizes of the face, among those of at least the usual score;
/// when there is none, among all. Null when there is none at all.
[[nodiscard]] const detect::Detection* central_face(std::span<const detect::Detection> faces, Size picture);

/// The faces of a picture that are clear enough to be meant, best first.
[[nodiscard]] Result<std::vector<detect::Detection>> clear_faces(const detect::FaceDetector& detector,
                                                                 const capture::Picture& picture);

/// The only face of a picture. Errors: invalid_input (none, or several: how many, what to do).
[[nodiscard]] Result<FacePicture> only_face(const PictureNetworks& networks,
                                            std::shared_ptr<const capture::Picture> picture, const std::string& name,
                                            embed::Strictness strictness);

/// The same, and refuses what is too poor to be compared with, saying what to do about it. Errors: invalid_input.
[[nodiscard]] Result<FacePicture> good_face(const PictureNetworks& networks,
                                            std::shared_ptr<const capture::Picture> picture, const std::string& name);

/// Looks at a camera until `wanted` good pictures of one face were seen, some time apart, or `patience` is over.
/// Errors: those of the source; invalid_input (no good face came: with the last advice).
[[nodiscard]] Result<std::vector<FacePicture>> faces_from_camera(const PictureNetworks& networks,
                                                                 const std::string& address, std::size_t wanted,
                                                                 Duration patience);

struct EnrolWishes {
  bool keep_images = false;
  bool accept_duplicate = false;
};

/// What was enrolled, for the person who reads it.
struct EnrolReport {
  consent::EntryId permit;
  consent::EntryId enrolled;
  std::size_t templates = 0;
};

/// Permit, templates, vault. Errors: denied with the rule that refused; invalid_input (somebody else looks the same).
[[nodiscard]] Result<EnrolReport> enrol(DataFolder& data, const embed::FaceEmbedder& embedder,
                                        const consent::Actor& actor, const consent::SubjectId& subject,
                                        const consent::GalleryName& gallery, std::span<const FacePicture> pictures,
                                        const EnrolWishes& wishes);

/// 1:1. Empty: another person, as far as the network can tell.
[[nodiscard]] Result<std::optional<gallery::Identity>> verify(DataFolder& data, const embed::FaceEmbedder& embedder,
                                                              const consent::Actor& actor,
                                                              const consent::SubjectId& subject,
                                                              const consent::GalleryName& gallery,
                                                              const FacePicture& probe);

enum class Missing { is_made, is_refused };

/// The gallery to use when none is `named`: the only one whose purpose the person consented to. For a first enrolment
/// it is made. Errors: invalid_input (several would do); those of create_gallery.
[[nodiscard]] Result<consent::GalleryName> gallery_for(DataFolder& data, const consent::Actor& actor,
                                                       const consent::SubjectId& subject, const std::string& named,
                                                       Missing missing);

/// Where and by whom somebody is looked up.
struct LookUp {
  consent::Actor actor;
  consent::GalleryName gallery;
  consent::ZoneName zone;
  std::optional<CameraName> camera;
};

/// A face at one moment: what a look-up is made of.
struct FaceShot {
  std::shared_ptr<const capture::Picture> picture;
  FacePoints points;
};

/// 1:N of one person, seen in one or more shots. Empty: nobody who may be recognised; nothing of the probe is kept.
[[nodiscard]] Result<std::optional<gallery::Identity>> identify(DataFolder& data, const embed::FaceEmbedder& embedder,
                                                                const LookUp& where, std::span<const FaceShot> shots);

/// Somebody who was found in a picture.
struct Identified {
  gallery::Identity identity;
  std::string name;
  NormalizedBox box;
};

/// Looks up everybody in a picture, each under a permit of their own. Errors besides those of `identify`: invalid_input
/// (no face).
[[nodiscard]] Result<std::vector<Identified>> identify_picture(DataFolder& data, const detect::FaceDetector& detector,
                                                               const embed::FaceEmbedder& embedder, const LookUp& where,
                                                               std::shared_ptr<const capture::Picture> picture,
                                                               const std::string& name);

}  // namespace regard::app
