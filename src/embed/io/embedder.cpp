#include <algorithm>
#include <cmath>

#include "embed/embed.h"
#include "embed/io/networks.h"
#include "embed/logic/unit.h"

namespace regard::embed {
namespace {

constexpr std::size_t most_networks = 2;

std::string version_of(const FaceModel& model) { return model.name + "@" + model.sha256.substr(0, 8); }

tl::unexpected<Error> refuse(const std::string& doing) {
  return fail(ErrorKind::denied, doing, "the permit is spent, too old, or allows no more templates",
              "ask for a new permit");
}

}  // namespace

FaceEmbedder::FaceEmbedder(std::vector<std::shared_ptr<const FaceNetwork>> networks, TemplateVersion version,
                           const Clock& clock)
    : networks_{std::move(networks)}, version_{std::move(version)}, clock_{&clock} {}

Result<FaceEmbedder> FaceEmbedder::create(std::vector<FaceModel> models, const Clock& clock) {
  const std::string doing = "setting up face templates";
  if (models.empty() || models.size() > most_networks) {
    return fail(ErrorKind::invalid_input, doing, "there are " + std::to_string(models.size()) + " networks",
                "give one or two");
  }
  std::vector<std::shared_ptr<const FaceNetwork>> networks;
  TemplateVersion version;
  for (FaceModel& model : models) {
    CHECK(model.model != nullptr);
    networks.push_back(as_face_network(std::move(model.model)));
    if (!networks.back()) {
      return fail(ErrorKind::unsupported, doing, model.name + " is not a face template network that is known",
                  "choose face-reidentification-retail-0095, mobilefacenet or face-descriptor");
    }
    version.value += (version.value.empty() ? "" : "+") + version_of(model);
    if (const std::string_view recipe = networks.back()->recipe(); !recipe.empty())
      version.value += "/" + std::string{recipe};
  }
  return FaceEmbedder{std::move(networks), std::move(version), clock};
}

std::size_t FaceEmbedder::size() const {
  std::size_t count = 0;
  for (const auto& network : networks_) count += network->size();
  return count;
}

Result<Template> FaceEmbedder::make(const capture::Picture& picture, const FacePoints& points,
                                    consent::Permit& permit) const {
  if (!permit.take_template(clock_->elapsed())) return refuse("making a face template");
  crypto::SecretBytes secret{size() * sizeof(float)};
  const std::span<float> values = floats_of(secret);
  std::size_t at = 0;
  for (const auto& network : networks_) {
    if (auto done = network->describe(picture, points, values.subspan(at, network->size())); !done) {
      return tl::unexpected{done.error()};
    }
    at += network->size();
  }
  // Unit vectors joined, and scaled so that the whole is one: its cosine is the mean of the networks' cosines.
  const float share = 1 / std::sqrt(static_cast<float>(networks_.size()));
  for (float& value : values) value *= share;
  return Template{std::move(secret), version_, permit.entry()};
}

Result<Template> FaceEmbedder::embed(const capture::Picture& picture, const FacePoints& points,
                                     consent::EnrolPermit& permit) const {
  return make(picture, points, permit);
}
Result<Template> FaceEmbedder::embed(const capture::Picture& picture, const FacePoints& points,
                                     consent::VerifyPermit& permit) const {
  return make(picture, points, permit);
}
Result<Template> FaceEmbedder::embed(const capture::Picture& picture, const FacePoints& points,
                                     consent::IdentifyPermit& permit) const {
  return make(picture, points, permit);
}
Result<Template> FaceEmbedder::embed(const capture::Picture& picture, const FacePoints& points,
                                     consent::EvaluatePermit& permit) const {
  return make(picture, points, permit);
}

BodyEmbedder::BodyEmbedder(FaceModel model, const Clock& clock)
    : model_{std::move(model)}, version_{version_of(model_)}, clock_{&clock} {}

Result<BodyEmbedder> BodyEmbedder::create(FaceModel model, const Clock& clock) {
  CHECK(model.model != nullptr);
  if (!is_body_network(*model.model)) {
    return fail(ErrorKind::unsupported, "setting up body templates",
                model.name + " is not a body template network that is known",
                "choose person-reidentification-retail-0286");
  }
  return BodyEmbedder{std::move(model), clock};
}

Result<Template> BodyEmbedder::embed(const capture::Picture& picture, const PixelBox& body,
                                     consent::AssociatePermit& permit) const {
  if (!permit.take_template(clock_->elapsed())) return refuse("making a body template");
  crypto::SecretBytes secret{body_values * sizeof(float)};
  if (auto done = describe_body(*model_.model, picture, body, floats_of(secret)); !done) {
    return tl::unexpected{done.error()};
  }
  return Template{std::move(secret), version_, permit.entry()};
}

namespace {

Result<void> check_comparable(const consent::Permit& permit, const Template& a, const Template& b, Duration elapsed) {
  if (!permit.is_live(elapsed)) {
    return fail(ErrorKind::denied, "comparing templates", "the permit is spent or too old", "ask for a new permit");
  }
  if (a.entry() != permit.entry() || b.entry() != permit.entry()) {
    return fail(ErrorKind::denied, "comparing templates", "they were not made under this permit",
                "compare only what one permit made");
  }
  if (a.version() != b.version() || a.size() != b.size()) {
    return fail(ErrorKind::invalid_input, "comparing templates",
                "they are of different versions: " + a.version().value + " and " + b.version().value,
                "make both with the same networks");
  }
  return {};
}

}  // namespace

Result<float> compare(const consent::EvaluatePermit& permit, const Template& a, const Template& b, const Clock& clock) {
  if (auto good = check_comparable(permit, a, b, clock.elapsed()); !good) return tl::unexpected{good.error()};
  return cosine(a.values(), b.values());
}

Result<float> compare(const consent::AssociatePermit& permit, const Template& a, const Template& b,
                      const Clock& clock) {
  if (auto good = check_comparable(permit, a, b, clock.elapsed()); !good) return tl::unexpected{good.error()};
  return cosine(a.values(), b.values());
}

}  // namespace regard::embed
