#include <fmt/core.h>

#include "app/io/answers.h"
#include "app/io/data_command.h"
#include "app/people.h"
#include "app/people_commands.h"
#include "app/watch.h"

namespace regard::app {
namespace {

/// How many pictures an enrolment from a camera takes, and how long it waits for them.
constexpr std::size_t pictures_from_camera = 5;
constexpr Duration camera_patience = std::chrono::seconds{60};

struct RecognitionOptions : DataCommand {
  std::string person;
  std::vector<std::string> images;
  std::string image;
  std::string camera;
  std::string gallery;
  std::string zone;
  bool keep_images = false;
  bool accept_duplicate = false;
  NetworkOptions networks;
};

Result<std::vector<FacePicture>> pictures_of(const PictureNetworks& networks, const RecognitionOptions& options) {
  if (options.images.empty() == options.camera.empty())
    return fail(ErrorKind::invalid_input, "enrolling " + options.person,
                "there are neither images nor a camera, or both", "name image files, or --camera SOURCE");
  if (!options.camera.empty())
    return faces_from_camera(networks, options.camera, pictures_from_camera, camera_patience);
  std::vector<FacePicture> pictures;
  for (const std::string& file : options.images) {
    auto picture = read_picture(file);
    if (!picture) return pass_on(std::move(picture));
    auto face = good_face(networks, std::move(*picture), file);
    if (!face) return pass_on(std::move(face));
    pictures.push_back(std::move(*face));
  }
  return pictures;
}

Result<int> run_enrol(DataFolder& data, const RecognitionOptions& options) {
  auto subject = data.database().find_subject(options.person);
  if (!subject) return pass_on(std::move(subject));
  auto networks = open_picture_networks(options.networks, data.clock());
  if (!networks) return pass_on(std::move(networks));
  auto pictures = pictures_of(*networks, options);
  if (!pictures) return pass_on(std::move(pictures));
  auto gallery = gallery_for(data, command_line_actor(), subject->id, options.gallery, Missing::is_made);
  if (!gallery) return pass_on(std::move(gallery));
  auto report = enrol(data, networks->embedder, command_line_actor(), subject->id, *gallery, *pictures,
                      {.keep_images = options.keep_images, .accept_duplicate = options.accept_duplicate});
  if (!report) return pass_on(std::move(report));
  if (options.json) {
    print_json(enrolment_json(subject->id, *gallery, *report, *pictures));
  } else {
    fmt::print("{} is enrolled in {} with {} template{} (log entry {})\n", subject->name, gallery->value,
               report->templates, report->templates == 1 ? "" : "s", report->enrolled.value);
  }
  return 0;
}

Result<int> run_verify(DataFolder& data, const RecognitionOptions& options) {
  auto subject = data.database().find_subject(options.person);
  if (!subject) return pass_on(std::move(subject));
  auto networks = open_picture_networks(options.networks, data.clock());
  if (!networks) return pass_on(std::move(networks));
  auto picture = read_picture(options.image);
  if (!picture) return pass_on(std::move(picture));
  auto face = only_face(*networks, std::move(*picture), options.image, embed::Strictness::probe);
  if (!face) return pass_on(std::move(face));
  auto gallery = gallery_for(data, command_line_actor(), subject->id, options.gallery, Missing::is_refused);
  if (!gallery) return pass_on(std::move(gallery));
  auto found = verify(data, networks->embedder, command_line_actor(), subject->id, *gallery, *face);
  if (!found) return pass_on(std::move(found));
  if (options.json) {
    print_json(verification_json(*subject, *found, *face));
  } else if (*found) {
    fmt::print("this is {} (score {:.2f}, {:.2f} needed)\n", subject->name, (*found)->score(), (*found)->threshold());
  } else {
    fmt::print("this is not {}{}{}\n", subject->name,
               face->quality.acceptable() ? "" : "; the picture is poor: ", face->quality.advice());
  }
  return *found ? matched : not_matched;
}

Result<int> identify_image(DataFolder& data, const RecognitionOptions& options,
                           std::shared_ptr<const capture::Picture> picture) {
  auto detector = open_portrait_detector(options.networks);
  if (!detector) return pass_on(std::move(detector));
  auto embedder = open_face_embedder(options.networks, data.clock());
  if (!embedder) return pass_on(std::move(embedder));
  const LookUp where{command_line_actor(), {options.gallery}, {options.zone}, {}};
  auto found = identify_picture(data, *detector, *embedder, where, std::move(picture), options.image);
  if (!found) return pass_on(std::move(found));
  if (options.json) print_json(identities_json(*found));
  if (!options.json && found->empty()) fmt::print("nobody who may be recognised\n");
  for (const Identified& one : *found) {
    if (!options.json)
      fmt::print("{} (score {:.2f}, {:.2f} needed; log entry {})\n", one.name, one.identity.score(),
                 one.identity.threshold(), one.identity.entry().value);
  }
  return found->empty() ? not_matched : matched;
}

/// A camera or video: its people as they come, one line each.
int identify_source(const RecognitionOptions& options) {
  WatchOptions watching;
  watching.sources = {options.image};
  watching.recognition = RecognitionWishes{
      .data = options.data, .gallery = options.gallery, .zone = options.zone, .only_identities = true};
  if (options.json) watching.events = "-";
  watching.networks = options.networks;
  return watch_until_stopped(watching);
}

bool looks_like_a_picture(const std::string& name) {
  for (const char* end : {".jpg", ".jpeg", ".png", ".webp", ".ppm", ".JPG", ".JPEG", ".PNG"}) {
    if (name.ends_with(end)) return name.find("://") == std::string::npos;
  }
  return false;
}

int run_identify(const RecognitionOptions& options) {
  if (looks_like_a_picture(options.image)) {
    return with_data(options.data, [&](DataFolder& data) -> Result<int> {
      auto picture = read_picture(options.image);
      if (!picture) return pass_on(std::move(picture));
      return identify_image(data, options, std::move(*picture));
    });
  }
  return identify_source(options);
}

}  // namespace

void add_recognition_commands(CLI::App& app, int& exit_status) {
  const auto [enrolling, enrolled] = add_data_command(
      app, "enrol", "Put a consenting person's face into a gallery; refuses poor pictures and says why", run_enrol,
      exit_status);
  add_network_options(*enrolling, enrolled->networks);
  enrolling->add_option("PERSON", enrolled->person, "Id, or name when only one person has it")->required();
  enrolling->add_option("IMAGE", enrolled->images, "Pictures of this person alone: JPEG, PNG, WebP");
  enrolling->add_option("--camera", enrolled->camera, "Take the pictures from this source instead");
  enrolling->add_option("--gallery", enrolled->gallery, "Gallery (default: the one that the consent allows)");
  enrolling->add_flag("--keep-images", enrolled->keep_images,
                      "Keep the pictures, encrypted, so that a better network can be used later");
  enrolling->add_flag("--accept-duplicate", enrolled->accept_duplicate,
                      "Enrol although somebody in the gallery looks the same");

  const auto [verifying, verified] =
      add_data_command(app, "verify", "Is this picture that person? Exit status 0: yes, 1: no, 2: it could not be told",
                       run_verify, exit_status);
  add_network_options(*verifying, verified->networks);
  verifying->add_option("PERSON", verified->person, "Id, or name when only one person has it")->required();
  verifying->add_option("IMAGE", verified->image, "Picture of one person")->required();
  verifying->add_option("--gallery", verified->gallery, "Gallery (default: the one that the consent allows)");

  const auto identified = std::make_shared<RecognitionOptions>();
  CLI::App* identifying = app.add_subcommand(
      "identify",
      "Who of a gallery is this? Exit status 0: somebody, 1: nobody who may be recognised, 2: it could not be told");
  add_data_command_options(*identifying, *identified);
  add_network_options(*identifying, identified->networks);
  identifying->add_option("IMAGE", identified->image, "Picture, or a source as of watch")->required();
  identifying->add_option("--gallery", identified->gallery, "Gallery to look in")->required();
  identifying->add_option("--zone", identified->zone, "Zone of the gallery in which this happens")->required();
  identifying->callback([identified, &exit_status] { exit_status = run_identify(*identified); });
}

}  // namespace regard::app
