#include "app/watch.h"

#include <fmt/core.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "app/credentials.h"
#include "app/naming.h"
#include "app/networks.h"
#include "app/people_commands.h"
#include "app/recognizer.h"
#include "app/saver.h"
#include "app/terminal.h"
#include "sinks/sinks.h"

namespace regard::app {
namespace {

/// What brokers and endpoints get to take the last events; the rest waits in the journal for the next run.
constexpr Duration goodbye = std::chrono::seconds{10};

/// How long a template may outlive the end of its consent while a run goes on; searches leave it out at once.
constexpr std::chrono::seconds time_between_expiries{60};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto in_seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime);
}

std::uint64_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;  // Linux counts it in kilobytes
}

std::string words(const events::Event& event, const CameraName& camera) {
  if (const auto* track = std::get_if<events::TrackEvent>(&event)) {
    const std::string name{track->kind == detect::Kind::face ? "face" : detect::class_name(track->object)};
    const std::string clock = to_rfc3339(track->time).substr(11, 10);
    return track->type == events::TrackEvent::Type::started
               ? fmt::format("{}  {:12}  {} {} came", clock, camera.value, name, track->track.value)
               : fmt::format("{}  {:12}  {} {} left after {:.1f} s", clock, camera.value, name, track->track.value,
                             seconds(track->duration));
  }
  if (const auto* state = std::get_if<events::CameraEvent>(&event)) {
    return fmt::format("{}  {:12}  is {}{}{}", to_rfc3339(state->time).substr(11, 10), camera.value,
                       capture::to_string(state->state), state->detail.empty() ? "" : ": ", state->detail);
  }
  if (const auto* identified = std::get_if<events::IdentifiedEvent>(&event)) {
    return fmt::format("{}  {:12}  this is {} (score {:.2f}, {:.2f} needed; log entry {})",
                       to_rfc3339(identified->time).substr(11, 10), camera.value, identified->name,
                       identified->identity.score(), identified->identity.threshold(),
                       identified->identity.entry().value);
  }
  return {};
}

std::filesystem::path save_path(const std::string& save, const CameraName& camera, std::size_t cameras) {
  std::filesystem::path path{save};
  if (cameras > 1) path.replace_filename(path.stem().string() + "-" + camera.value + path.extension().string());
  return path;
}

/// One run of `regard watch`: owns what the cameras share.
class Watch {
 public:
  Watch(const WatchOptions& options, std::stop_token stop)
      : options_{options}, stop_{std::move(stop)}, clock_{system_clock()} {}

  int run() {
    const Duration begin = clock_->elapsed();
    if (auto ready = prepare(); !ready) {
      terminal_.complain(ready.error().message());
      return 2;
    }
    if (data_) {
      if (auto begun = begin_recognition(); !begun) report_failure(begun.error());
    }
    std::vector<std::jthread> threads;
    for (const std::unique_ptr<CameraPipeline>& camera : cameras_) {
      threads.emplace_back([this, pipeline = camera.get()] { run_camera(*pipeline); });
    }
    std::jthread housekeeping;
    if (data_) housekeeping = std::jthread{[this](const std::stop_token& end) { keep_house(end); }};
    threads.clear();  // joins
    housekeeping = {};
    finish(clock_->elapsed() - begin);
    if (failed_) return failed;
    return options_.recognition && options_.recognition->only_identities && identities_ == 0 ? not_matched : matched;
  }

 private:
  Result<void> prepare() {
    auto wanted = wanted_from(options_.classes);
    if (!wanted) return pass_on(std::move(wanted));
    wanted_ = std::move(*wanted);
    if (!options_.events.empty()) {
      auto lines = sinks::EventLines::open(options_.events);
      if (!lines) return pass_on(std::move(lines));
      lines_ = std::move(*lines);
    }
    if (options_.outlets.any()) {
      auto outlets = Outlets::open(options_.outlets, *clock_, complain_,
                                   names_from(std::filesystem::path{options_.people}, *clock_));
      if (!outlets) return pass_on(std::move(outlets));
      outlets_ = std::move(*outlets);
    }
    auto credentials = camera_credentials(options_.credentials_file);
    if (!credentials) return pass_on(std::move(credentials));
    credentials_ = std::move(*credentials);
    auto networks = open_networks(options_.networks);
    if (!networks) return pass_on(std::move(networks));
    networks_ = std::move(*networks);
    if (options_.recognition) {
      if (auto ready = prepare_recognition(*options_.recognition); !ready) return ready;
    }
    open_cameras();
    return {};
  }

  Result<void> prepare_recognition(const RecognitionWishes& wishes) {
    auto data = DataFolder::open(wishes.data);
    if (!data) return pass_on(std::move(data));
    data_ = std::move(*data);
    if (auto allowed =
            check_place(*data_, {wishes.gallery}, {wishes.zone}, "recognising people of gallery " + wishes.gallery);
        !allowed)
      return allowed;
    auto networks = open_track_networks(options_.networks, data_->clock());
    if (!networks) return pass_on(std::move(networks));
    track_networks_ = std::move(*networks);
    wanted_.faces = true;
    return {};
  }

  /// The cameras join the zone, on record, and the run is an entry too.
  Result<void> begin_recognition() {
    std::vector<CameraName> names;
    for (const auto& camera : cameras_) names.push_back(camera->options().name);
    if (auto joined = put_cameras(*data_, command_line_actor(), {options_.recognition->zone}, names); !joined)
      return joined;
    return note(consent::EntryKind::started);
  }

  Result<void> note(consent::EntryKind kind) {
    auto noted = data_->facts().note({.kind = kind,
                                      .time = data_->clock().now(),
                                      .actor = command_line_actor(),
                                      .gallery = consent::GalleryName{options_.recognition->gallery},
                                      .zone = consent::ZoneName{options_.recognition->zone},
                                      .count = cameras_.size()});
    return noted ? Result<void>{} : pass_on(std::move(noted));
  }

  /// Consents that end while cameras are watched take their templates with them.
  void keep_house(const std::stop_token& end) {
    while (pause(time_between_expiries, end)) {
      if (auto expired = data_->expire(); !expired) terminal_.complain(expired.error().message());
    }
  }

  Recognizer* recognizer_for(const CameraName& name) {
    if (!data_) return nullptr;
    const LookUp where{command_line_actor(), {options_.recognition->gallery}, {options_.recognition->zone}, name};
    recognizers_.push_back(std::make_unique<Recognizer>(
        *data_, *track_networks_, where, [this, name](const events::Event& event) { return tell(event, name); },
        [this](const std::string& words) { terminal_.complain(words); }));
    return recognizers_.back().get();
  }

  void open_cameras() {
    std::vector<CameraName> taken;
    savers_.reserve(options_.sources.size());
    for (std::size_t i = 0; i < options_.sources.size(); ++i) {
      const std::string& address = options_.sources[i];
      const CameraName name{i < options_.names.size() ? options_.names[i] : camera_name_for(address, taken)};
      taken.push_back(name);
      CameraOptions camera{.name = name, .address = address, .source = {}, .wanted = wanted_};
      camera.source.frames_per_second = options_.frames_per_second.value_or(usual_rate(address));
      camera.source.credentials = credentials_;
      camera.source.rtsp_over_udp = options_.rtsp_over_udp;
      camera.hide_faces = !options_.save.empty();
      // A picture that is shown must have been looked at, or a face might slip through.
      camera.motion_gate = options_.motion_gate && options_.save.empty();
      Saver* saver = nullptr;
      if (!options_.save.empty()) {
        savers_.push_back(std::make_unique<Saver>(save_path(options_.save, name, options_.sources.size()),
                                                  camera.source.frames_per_second));
        saver = savers_.back().get();
      }
      Recognizer* recognizer = recognizer_for(name);
      auto pipeline = CameraPipeline::open(
          camera, networks_, [this, name](const events::Event& event) { return tell(event, name); },
          [this, saver, recognizer, i](const Analysis& analysis) { return show(analysis, saver, recognizer, i); },
          workers());
      if (!pipeline) {
        report_failure(pipeline.error());
        continue;
      }
      cameras_.push_back(std::move(*pipeline));
    }
  }

  /// One thread per network run costs least; cores that cameras of their own do not use look at frames ahead.
  Workers* workers() {
    const auto cores = std::max(1U, std::thread::hardware_concurrency());
    if (options_.sources.size() >= cores) return nullptr;
    if (!workers_) workers_ = std::make_unique<Workers>(static_cast<int>(cores));
    return workers_.get();
  }

  void run_camera(CameraPipeline& camera) {
    const auto duration = from_seconds(options_.duration_s);
    if (auto outcome = camera.run(stop_, duration); !outcome) report_failure(outcome.error());
  }

  Result<void> tell(const events::Event& event, const CameraName& camera) {
    const bool identity = std::holds_alternative<events::IdentifiedEvent>(event);
    if (identity) ++identities_;
    if (!identity && options_.recognition && options_.recognition->only_identities) return {};
    if (auto kept = keep(event); !kept) return kept;
    if (options_.events != "-") {
      if (const std::string line = words(event, camera); !line.empty()) terminal_.say(line);
    }
    return {};
  }

  /// Where other programs find it.
  Result<void> keep(const events::Event& event) {
    if (lines_) {
      if (auto written = lines_->write(event); !written) return written;
    }
    if (!outlets_) return {};
    auto number = outlets_->tell(events::to_json_without_names(event));
    return number ? Result<void>{} : pass_on(std::move(number));
  }

  Result<void> show(const Analysis& analysis, Saver* saver, Recognizer* recognizer, std::size_t camera) {
    if (options_.sources.size() == 1 && camera < cameras_.size()) {
      if (const auto length = cameras_[camera]->source().length(); length && length->count() > 0) {
        const double until =
            options_.duration_s > 0 ? std::min(options_.duration_s, seconds(*length)) : seconds(*length);
        const Duration now = clock_->elapsed();
        if (now - last_progress_.load() > std::chrono::milliseconds{100}) {
          last_progress_ = now;
          terminal_.progress(seconds(analysis.frame.position) / until,
                             fmt::format("{:.0f} of {:.0f} s", seconds(analysis.frame.position), until));
        }
      }
    }
    static const std::unordered_map<TrackId, std::string> nobody;
    if (recognizer != nullptr) {
      if (auto looked = recognizer->look(analysis); !looked) return looked;
    }
    return saver != nullptr ? (*saver)(analysis, recognizer != nullptr ? recognizer->names() : nobody) : Result<void>{};
  }

  void report_failure(const Error& error) {
    failed_ = true;
    terminal_.complain(error.message());
  }

  void finish(Duration wall) {
    for (const std::unique_ptr<Saver>& saver : savers_) {
      if (auto finished = saver->finish(); !finished) report_failure(finished.error());
    }
    if (data_) {
      if (auto noted = note(consent::EntryKind::stopped); !noted) report_failure(noted.error());
    }
    if (!options_.recognition || !options_.recognition->only_identities) summarize(wall);
    if (outlets_) outlets_->finish(goodbye);
  }

  void summarize(Duration wall) {
    events::Summary summary{.time = clock_->now(),
                            .cameras = {},
                            .cpu_seconds = cpu_seconds(),
                            .wall_seconds = seconds(wall),
                            .peak_memory_bytes = peak_memory_bytes()};
    for (const std::unique_ptr<CameraPipeline>& camera : cameras_) summary.cameras.push_back(camera->summary());
    if (auto kept = keep(summary); !kept) report_failure(kept.error());
    if (options_.events != "-") print(summary);
  }

  void print(const events::Summary& summary) {
    for (const events::Summary::Camera& camera : summary.cameras) {
      std::string tracks;
      for (const auto& [name, count] : camera.tracks)
        tracks += fmt::format("{}{} {}", tracks.empty() ? "" : ", ", count, name);
      terminal_.say(fmt::format("{}: {} frames decoded, {} analysed, {} not due, {} still, {} dropped; tracks: {}",
                                camera.name.value, camera.decoded, camera.analysed, camera.skipped, camera.still,
                                camera.dropped, tracks.empty() ? "none" : tracks));
    }
    terminal_.say(fmt::format("{:.1f} s of CPU in {:.1f} s, at most {} MB of memory", summary.cpu_seconds,
                              summary.wall_seconds, summary.peak_memory_bytes / 1'000'000));
    for (const std::unique_ptr<CameraPipeline>& camera : cameras_) {
      if (!options_.save.empty() && camera->summary().analysed > 0) {
        terminal_.say("video, every face blurred: " +
                      save_path(options_.save, camera->options().name, options_.sources.size()).string());
      }
    }
  }

  const WatchOptions& options_;
  std::stop_token stop_;
  std::unique_ptr<Clock> clock_;
  Terminal terminal_;
  detect::Wanted wanted_;
  std::optional<capture::Credentials> credentials_;
  Networks networks_;
  std::unique_ptr<sinks::EventLines> lines_;
  const Outlets::Say complain_{[this](const std::string& words) { terminal_.complain(words); }};
  std::unique_ptr<Outlets> outlets_;
  std::unique_ptr<DataFolder> data_;  // null: nobody is recognised
  std::optional<TrackNetworks> track_networks_;
  std::unique_ptr<Workers> workers_;  // outlives the cameras
  std::vector<std::unique_ptr<Recognizer>> recognizers_;
  std::vector<std::unique_ptr<Saver>> savers_;
  std::vector<std::unique_ptr<CameraPipeline>> cameras_;
  std::atomic<Duration> last_progress_{Duration{}};
  std::atomic<bool> failed_ = false;
  std::atomic<std::uint64_t> identities_ = 0;
};

}  // namespace

int watch(const WatchOptions& options, std::stop_token stop) { return Watch{options, std::move(stop)}.run(); }

}  // namespace regard::app
