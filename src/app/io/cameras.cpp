#include "app/cameras.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "app/credentials.h"
#include "app/people_commands.h"
#include "app/recognizer.h"
#include "app/redacted.h"
#include "app/watch.h"
#include "image/image.h"

namespace regard::app {
namespace {

/// Pictures are shown at most this wide: a wall of cameras, not a recording.
constexpr int widest_picture = 1280;
constexpr int picture_quality = 80;
/// Without a viewer one picture a second is made, so that whoever comes sees something at once.
constexpr Duration unseen_picture_pause = std::chrono::seconds{1};
/// A camera that failed is tried again after the first, and each time twice as long up to the second.
constexpr Duration first_retry = std::chrono::seconds{1};
constexpr Duration longest_retry = std::chrono::minutes{1};
/// Of one camera at a time: each costs another picture.
constexpr std::size_t most_reveals = 8;

Size shown_size(Size whole) {
  if (whole.width <= widest_picture) return whole;
  return {widest_picture, std::max(1, whole.height * widest_picture / whole.width)};
}

/// Frames of before a restart and after it.
events::Summary::Camera sum(events::Summary::Camera before, const events::Summary::Camera& after) {
  before.decoded += after.decoded;
  before.analysed += after.analysed;
  before.skipped += after.skipped;
  before.still += after.still;
  before.dropped += after.dropped;
  before.reconnections += after.reconnections;
  for (const auto& [name, count] : after.tracks) before.tracks[name] += count;
  return before;
}

/// Somebody who gave a reason sees one camera unblurred. Immutable but for the channel.
struct Reveal {
  consent::RevealPermit permit;
  consent::Actor actor;
  std::shared_ptr<serve::Channel> pictures = std::make_shared<serve::Channel>(1);
};

}  // namespace

/// One camera and its thread. What the thread does not own is locked.
class Cameras::Camera {
 public:
  Camera(CameraSettings settings, const CameraSurroundings& surroundings, std::shared_ptr<const TrackNetworks> networks,
         std::shared_ptr<serve::Channel> pictures, CameraOrigin origin)
      : origin_{origin},
        settings_{std::move(settings)},
        surroundings_{surroundings},
        track_networks_{std::move(networks)},
        pictures_{std::move(pictures)} {
    status_.name = settings_.name;
    status_.address = capture::printable_address(settings_.address);
    status_.gallery = settings_.gallery;
    status_.zone = settings_.zone;
    status_.state = "connecting";
    before_.name = {settings_.name};
    thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
  }

  [[nodiscard]] const CameraSettings& settings() const { return settings_; }
  [[nodiscard]] CameraOrigin origin() const { return origin_; }
  [[nodiscard]] const std::shared_ptr<serve::Channel>& pictures() const { return pictures_; }
  [[nodiscard]] CameraStatus status() const {
    const std::lock_guard lock{mutex_};
    CameraStatus status = status_;
    status.counts = sum(before_, status_.counts);
    status.viewers = pictures_->listeners();
    return status;
  }
  void ask_to_stop() { thread_.request_stop(); }
  /// It will not come back: whoever follows its state is told so.
  void leave() {
    is_leaving_ = true;
    ask_to_stop();
  }

  Result<void> reveal(consent::RevealPermit permit, const consent::Actor& actor) {
    const std::lock_guard lock{revealing_};
    forget_old_reveals();
    if (reveals_.size() >= most_reveals)
      return fail(ErrorKind::limit, "revealing what camera " + settings_.name + " sees",
                  "so many see it unblurred already", "try again in a minute");
    reveals_.push_back(std::make_shared<Reveal>(Reveal{std::move(permit), actor}));
    return {};
  }
  [[nodiscard]] std::shared_ptr<serve::Channel> revealed(const consent::EntryId& entry, const consent::Actor& actor) {
    const std::lock_guard lock{revealing_};
    forget_old_reveals();
    for (const auto& one : reveals_)
      if (one->permit.entry() == entry && one->actor == actor) return one->pictures;
    return nullptr;
  }

 private:
  void run(const std::stop_token& stop) {
    for (Duration wait = first_retry; !stop.stop_requested(); wait = std::min(2 * wait, longest_retry)) {
      const auto outcome = watch(stop);
      if (stop.stop_requested()) break;
      if (outcome) return;  // the end of a recording
      const std::string detail = outcome.error().cause + "; " + outcome.error().remedy;
      if (detail != last_failure_) {
        last_failure_ = detail;
        surroundings_.complain(outcome.error().message());
        say(capture::CameraState::failed, detail);
      }
      set_state("failed", detail);
      pause(wait, stop);
    }
    if (is_leaving_ && status().state != "ended") say(capture::CameraState::ended, "");
  }

  void say(capture::CameraState state, const std::string& detail) {
    if (auto told = tell(events::CameraEvent{{settings_.name}, clock_->now(), state, detail}); !told)
      surroundings_.complain(told.error().message());
  }

  Result<void> watch(const std::stop_token& stop) {
    auto wanted = wanted_from(settings_.classes);
    if (!wanted) return pass_on(std::move(wanted));
    auto credentials = camera_credentials(settings_.credentials_file);
    if (!credentials) return pass_on(std::move(credentials));
    CameraOptions options{
        .name = {settings_.name}, .address = settings_.address, .source = {}, .wanted = *wanted, .hide_faces = true};
    options.source.frames_per_second = settings_.frames_per_second.value_or(usual_rate(settings_.address));
    options.source.credentials = *credentials;
    options.source.rtsp_over_udp = settings_.rtsp_over_udp;
    options.source.require_first_connection = false;  // it may come later
    std::optional<Recognizer> recognizer;
    if (track_networks_) {
      options.wanted.faces = true;
      recognizer.emplace(
          *surroundings_.data, *track_networks_,
          LookUp{{"camera:" + settings_.name}, {settings_.gallery}, {settings_.zone}, CameraName{settings_.name}},
          [this](const events::Event& event) { return tell(event); }, surroundings_.complain);
    }
    CameraPipeline* running = nullptr;
    auto pipeline = CameraPipeline::open(
        options, surroundings_.networks, [this](const events::Event& event) { return tell(event); },
        [&](const Analysis& analysis) { return show(analysis, *running, recognizer ? &*recognizer : nullptr, stop); });
    if (!pipeline) return pass_on(std::move(pipeline));
    running = pipeline->get();
    auto outcome = running->run(stop, Duration::zero());
    const events::Summary::Camera counts = running->summary();
    const std::lock_guard lock{mutex_};
    before_ = sum(before_, counts);
    status_.counts = {};
    began_.reset();
    return outcome;
  }

  Result<void> tell(const events::Event& event) {
    if (const auto* camera = std::get_if<events::CameraEvent>(&event)) {
      if (camera->state == capture::CameraState::live) last_failure_.clear();
      set_state(std::string{capture::to_string(camera->state)}, camera->detail);
    }
    return surroundings_.tell(event);
  }

  Result<void> show(const Analysis& analysis, const CameraPipeline& pipeline, Recognizer* recognizer,
                    const std::stop_token& stop) {
    if (pipeline.source().kind() == capture::SourceKind::recorded) keep_time(analysis, stop);
    Duration recognising{};
    if (recognizer != nullptr) {
      const Duration begin = clock_->elapsed();
      if (auto looked = recognizer->look(analysis); !looked) return looked;
      recognising = clock_->elapsed() - begin;
    }
    {
      const std::lock_guard lock{mutex_};
      status_.counts = pipeline.summary();
      status_.took["detect"].observe(analysis.detecting);
      status_.took["track"].observe(analysis.following);
      if (recognizer != nullptr) status_.took["recognise"].observe(recognising);
    }
    publish(analysis, recognizer);
    return publish_revealed(analysis);
  }

  /// The other way, for as long as permits for it live.
  Result<void> publish_revealed(const Analysis& analysis) {
    std::vector<std::shared_ptr<Reveal>> all;
    {
      const std::lock_guard lock{revealing_};
      forget_old_reveals();
      all = reveals_;
    }
    const capture::Picture& picture = *analysis.frame.picture;
    for (const auto& one : all) {
      if (one->pictures->listeners() == 0) continue;
      auto shown = events::reveal(picture.scaled(shown_size(picture.size())), {settings_.name}, one->permit,
                                  surroundings_.data->clock().elapsed());
      if (!shown) continue;  // its minute ended just now
      one->pictures->publish("picture", image::encode_jpeg(shown->pixels().view(), picture_quality));
    }
    return {};
  }
  void forget_old_reveals() {  // under its lock
    const Duration now = surroundings_.data->clock().elapsed();
    std::erase_if(reveals_, [&](const auto& one) {
      if (one->permit.is_live(now)) return false;
      one->pictures->close();
      return true;
    });
  }

  /// The way pictures leave: blurred, then drawn on, then encoded.
  void publish(const Analysis& analysis, const Recognizer* recognizer) {
    static const std::unordered_map<TrackId, std::string> nobody;
    const Duration now = clock_->elapsed();
    const bool is_due = !last_picture_ || now - *last_picture_ >= unseen_picture_pause;
    if (pictures_->listeners() == 0 && !is_due) return;
    last_picture_ = now;
    const events::RedactedImage shown = redacted(analysis, shown_size(analysis.frame.picture->size()),
                                                 recognizer != nullptr ? recognizer->names() : nobody);
    pictures_->publish("picture", image::encode_jpeg(shown.pixels().view(), picture_quality));
    const std::lock_guard lock{mutex_};
    status_.took["redact"].observe(clock_->elapsed() - now);
  }

  /// A recording is shown as fast as it was recorded.
  void keep_time(const Analysis& analysis, const std::stop_token& stop) {
    const Duration now = clock_->elapsed();
    if (!began_) began_ = now - analysis.frame.position;
    pause(*began_ + analysis.frame.position - now, stop);
  }

  void set_state(std::string state, std::string detail) {
    const std::lock_guard lock{mutex_};
    status_.state = std::move(state);
    status_.detail = std::move(detail);
  }

  const CameraOrigin origin_;
  const CameraSettings settings_;
  const CameraSurroundings& surroundings_;
  const std::shared_ptr<const TrackNetworks> track_networks_;  ///< null: nobody is recognised
  const std::unique_ptr<Clock> clock_ = system_clock();
  const std::shared_ptr<serve::Channel> pictures_;
  std::atomic<bool> is_leaving_ = false;
  mutable std::mutex mutex_;
  CameraStatus status_;
  events::Summary::Camera before_;  ///< under the lock: of pipelines that ended
  std::string last_failure_;
  std::mutex revealing_;  ///< of `reveals_`; taken last
  std::vector<std::shared_ptr<Reveal>> reveals_;
  // Of the camera's thread alone:
  std::optional<Duration> began_;  ///< by the clock, of the first frame of a recording
  std::optional<Duration> last_picture_;
  std::jthread thread_;  // last: it uses everything above
};

Cameras::Cameras(CameraSurroundings surroundings) : surroundings_{std::move(surroundings)} {}
Cameras::~Cameras() { stop(); }

void Cameras::stop() {
  const std::lock_guard one{changing_};
  std::vector<std::shared_ptr<Camera>> all;
  {
    const std::lock_guard lock{mutex_};
    all.swap(cameras_);
  }
  for (const auto& camera : all) {  // all at once, before waiting for each
    camera->leave();
    camera->pictures()->close();
  }
}

std::size_t Cameras::place_of(const std::string& name) const {
  return static_cast<std::size_t>(
      std::ranges::find_if(cameras_, [&](const auto& camera) { return camera->settings().name == name; }) -
      cameras_.begin());
}

/// What a camera that recognises needs: networks, a gallery that may be used in its zone, and a place in that zone.
Result<void> Cameras::prepare(const consent::Actor& actor, const CameraSettings& settings) {
  if (auto checked = check(settings); !checked) return checked;
  if (settings.gallery.empty()) return {};
  const std::string doing = "recognising people of gallery " + settings.gallery + " at camera " + settings.name;
  if (auto allowed = check_place(*surroundings_.data, {settings.gallery}, {settings.zone}, doing); !allowed)
    return allowed;
  if (!track_networks_) {
    auto networks = open_track_networks(surroundings_.network_options, surroundings_.data->clock());
    if (!networks) return pass_on(std::move(networks));
    track_networks_ = std::make_shared<const TrackNetworks>(std::move(*networks));
  }
  return put_cameras(*surroundings_.data, actor, {settings.zone}, {{settings.name}});
}

std::shared_ptr<const TrackNetworks> Cameras::networks_for(const CameraSettings& settings) const {
  return settings.gallery.empty() ? nullptr : track_networks_;
}

Result<void> Cameras::add(const consent::Actor& actor, const CameraSettings& settings, CameraOrigin origin) {
  const std::lock_guard one{changing_};
  const std::string doing = "adding camera " + settings.name;
  {
    const std::lock_guard lock{mutex_};
    if (place_of(settings.name) < cameras_.size())
      return fail(ErrorKind::invalid_input, doing, "there is one of that name", "choose another name, or change it");
    if (cameras_.size() >= most)
      return fail(ErrorKind::limit, doing, "there are " + std::to_string(most) + " cameras already", "remove one");
  }
  if (auto ready = prepare(actor, settings); !ready) return ready;
  auto camera = std::make_shared<Camera>(settings, surroundings_, networks_for(settings),
                                         std::make_shared<serve::Channel>(1), origin);
  const std::lock_guard lock{mutex_};
  cameras_.push_back(std::move(camera));
  return {};
}

Result<void> Cameras::change(const consent::Actor& actor, const CameraSettings& settings) {
  const std::lock_guard one{changing_};
  std::shared_ptr<Camera> old;
  std::size_t place = 0;
  {
    const std::lock_guard lock{mutex_};
    place = place_of(settings.name);
    if (place == cameras_.size())
      return fail(ErrorKind::not_found, "changing camera " + settings.name, "there is none of that name",
                  "add it instead");
    old = cameras_[place];
  }
  if (old->settings() == settings) return {};
  if (auto ready = prepare(actor, settings); !ready) return ready;
  old->ask_to_stop();
  // Whoever looks at the old one goes on with the new one's pictures.
  auto camera =
      std::make_shared<Camera>(settings, surroundings_, networks_for(settings), old->pictures(), old->origin());
  {
    const std::lock_guard lock{mutex_};
    cameras_[place].swap(camera);  // its place is the same: only `changing_` lets cameras come and go
  }
  return {};  // the old one is joined here, outside of the lock
}

Result<void> Cameras::remove(const std::string& name) {
  const std::lock_guard one{changing_};
  std::shared_ptr<Camera> gone;
  const std::lock_guard lock{mutex_};
  const std::size_t place = place_of(name);
  if (place == cameras_.size())
    return fail(ErrorKind::not_found, "removing camera " + name, "there is none of that name", "GET /v1/cameras");
  gone = cameras_[place];
  gone->leave();
  gone->pictures()->close();
  cameras_.erase(cameras_.begin() + static_cast<std::ptrdiff_t>(place));
  return {};
}

std::vector<CameraSettings> Cameras::settings(CameraOrigin origin) const {
  const std::lock_guard lock{mutex_};
  std::vector<CameraSettings> all;
  for (const auto& camera : cameras_)
    if (camera->origin() == origin) all.push_back(camera->settings());
  return all;
}

std::vector<CameraStatus> Cameras::statuses() const {
  const std::lock_guard lock{mutex_};
  std::vector<CameraStatus> all;
  for (const auto& camera : cameras_) all.push_back(camera->status());
  return all;
}

std::shared_ptr<Cameras::Camera> Cameras::find(const std::string& name) const {
  const std::lock_guard lock{mutex_};
  const std::size_t place = place_of(name);
  return place < cameras_.size() ? cameras_[place] : nullptr;
}

std::shared_ptr<serve::Channel> Cameras::pictures(const std::string& name) const {
  const auto camera = find(name);
  return camera ? camera->pictures() : nullptr;
}

Result<void> Cameras::reveal(consent::RevealPermit permit, const consent::Actor& actor) {
  const std::string name = permit.camera().value;
  const auto camera = find(name);
  if (!camera)
    return fail(ErrorKind::not_found, "revealing what camera " + name + " sees", "there is none of that name",
                "GET /v1/cameras");
  return camera->reveal(std::move(permit), actor);
}

std::shared_ptr<serve::Channel> Cameras::revealed(const std::string& name, const consent::EntryId& entry,
                                                  const consent::Actor& actor) const {
  const auto camera = find(name);
  return camera ? camera->revealed(entry, actor) : nullptr;
}

}  // namespace regard::app
