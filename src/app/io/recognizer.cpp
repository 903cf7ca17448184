#include "app/recognizer.h"

#include <algorithm>

namespace regard::app {
namespace {

/// After the rules refused, asking again soon would only fill the log with refusals.
constexpr Duration pause_after_refusal = std::chrono::seconds{10};

}  // namespace

Recognizer::Recognizer(DataFolder& data, const TrackNetworks& networks, LookUp where,
                       std::function<Result<void>(const events::Event&)> listener,
                       std::function<void(const std::string&)> complain, const RecognizerOptions& options)
    : data_{data},
      networks_{networks},
      where_{std::move(where)},
      listener_{std::move(listener)},
      complain_{std::move(complain)},
      options_{options} {}

Result<void> Recognizer::look(const Analysis& analysis) {
  forget_ended(analysis);
  if (auto forgotten = forget_withdrawn(analysis.frame.position); !forgotten) return forgotten;
  for (const track::Track& track : analysis.tracks) {
    if (track.kind != detect::Kind::face || track.state != track::State::confirmed) continue;
    if (!track.points || track.last_seen != analysis.frame.position) continue;
    if (auto considered = consider(analysis, track); !considered) return considered;
  }
  return {};
}

void Recognizer::forget_ended(const Analysis& analysis) {
  const auto gone = [&](const auto& entry) {
    return std::ranges::none_of(analysis.tracks, [&](const track::Track& track) { return track.id == entry.first; });
  };
  std::erase_if(follows_, gone);
  std::erase_if(names_, gone);
}

Result<void> Recognizer::forget_withdrawn(Duration now) {
  for (auto& [track, follow] : follows_) {
    if (!follow.named || now - follow.confirmed_at < options_.recheck) continue;
    follow.confirmed_at = now;
    auto held = data_.database().held(*follow.named);
    if (!held) return pass_on(std::move(held));
    if (std::ranges::find(*held, where_.gallery, &gallery::SealedTemplate::gallery) != held->end()) continue;
    names_.erase(track);
    names_.erase(follow.body);
    follow.named.reset();
  }
  return {};
}

Result<void> Recognizer::consider(const Analysis& analysis, const track::Track& track) {
  Follow& follow = follows_[track.id];
  if (follow.done || analysis.frame.position < follow.not_before) return {};
  auto enough = collect(analysis, track, follow);
  if (!enough) return pass_on(std::move(enough));
  return *enough ? look_up(analysis, track, follow) : Result<void>{};
}

/// Keeps this frame's look at the face when it is good enough; true when it is time to ask who it is.
Result<bool> Recognizer::collect(const Analysis& analysis, const track::Track& track, Follow& follow) {
  detect::Detection face;
  face.kind = detect::Kind::face;
  face.score = track.score;
  face.box = track.box;
  face.points = track.points;
  auto quality = networks_.quality.measure(*analysis.frame.picture, face, embed::Strictness::probe);
  if (!quality) return pass_on(std::move(quality));
  if (quality->acceptable()) {
    if (follow.shots.empty()) follow.first_shot = analysis.frame.position;
    follow.shots.push_back({analysis.frame.picture, *track.points});
    if (networks_.liveness) {
      auto observation = networks_.liveness->look(*analysis.frame.picture, face);
      if (!observation) return pass_on(std::move(observation));
      follow.observations.push_back(*observation);
    }
  }
  return follow.shots.size() >= options_.shots ||
         (!follow.shots.empty() && analysis.frame.position - follow.first_shot >= options_.patience);
}

Result<void> Recognizer::look_up(const Analysis& analysis, const track::Track& track, Follow& follow) {
  auto found = identify(data_, networks_.embedder, where_, follow.shots);
  follow.shots.clear();
  if (!found) {
    if (found.error().kind != ErrorKind::denied) return pass_on(std::move(found));
    const std::string words = found.error().message();
    if (words != last_complaint_) complain_(words);
    last_complaint_ = words;
    follow.not_before = analysis.frame.position + pause_after_refusal;
    return {};
  }
  if (*found) {
    follow.done = true;
    return report(analysis, track, follow, **found);
  }
  follow.not_before = analysis.frame.position + options_.first_pause * (1 << follow.attempts);
  follow.done = ++follow.attempts >= options_.attempts;
  return {};
}

Result<void> Recognizer::report(const Analysis& analysis, const track::Track& track, Follow& follow,
                                const gallery::Identity& identity) {
  auto subject = data_.database().subject(identity.subject());
  if (!subject) return pass_on(std::move(subject));
  if (!*subject) return {};  // erased between the match and now: nobody is named
  follow.named = identity.subject();
  follow.body = track.body;
  follow.confirmed_at = analysis.frame.position;
  names_[track.id] = (*subject)->name;
  if (track.body.value != 0) names_[track.body] = (*subject)->name;
  events::IdentifiedEvent event{.camera = *where_.camera,
                                .time = analysis.frame.time,
                                .track = track.id,
                                .body = track.body,
                                .zone = where_.zone.value,
                                .name = (*subject)->name,
                                .box = normalize(track.box, analysis.frame.picture->size()),
                                .identity = identity,
                                .liveness = {}};
  if (networks_.liveness) {
    const liveness::Liveness verdict = networks_.liveness->judge(follow.observations);
    event.liveness = events::LivenessVerdict{verdict.score, verdict.live};
  }
  return listener_(event);
}

}  // namespace regard::app
