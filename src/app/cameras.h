// Cameras that come and go while the program runs, each on a thread of its own.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/data_folder.h"
#include "app/histogram.h"
#include "app/networks.h"
#include "app/pipeline.h"
#include "core/core.h"
#include "serve/serve.h"

namespace regard::app {

/// What the operator says of a camera. Value.
struct CameraSettings {
  std::string name;
  std::string address;
  std::optional<double> frames_per_second;             ///< analysed; empty: usual_rate
  std::vector<std::string> classes{"person", "face"};  ///< as for wanted_from
  bool rtsp_over_udp = false;
  std::string credentials_file;  ///< see camera_credentials
  std::string gallery;           ///< whose people are named; empty: nobody is recognised
  std::string zone;              ///< of the gallery, which the camera joins
  friend bool operator==(const CameraSettings&, const CameraSettings&) = default;
};

/// Errors: invalid_input (a name that is not 1 to 64 letters, digits, ".", "-" or "_"; no address; an unknown class; a
/// gallery without zone; a rate outside 0.01 to 1000).
[[nodiscard]] Result<void> check(const CameraSettings& settings);

/// Who named a camera: what one of them says does not touch the other's.
enum class CameraOrigin { configuration, api };

/// One camera, for people and programs to read. Value.
struct CameraStatus {
  std::string name;
  std::string address;  ///< without user name and password
  std::string gallery;
  std::string zone;
  std::string state;   ///< connecting, live, stalled, failed or ended
  std::string detail;  ///< why
  events::Summary::Camera counts;
  std::map<std::string, Histogram> took;  ///< by stage: detect, track, recognise, redact
  std::uint64_t viewers = 0;
};

/// What all cameras share. Everything it refers to must outlive them.
struct CameraSurroundings {
  Networks networks;
  NetworkOptions network_options;
  DataFolder* data = nullptr;
  /// Any thread. An error ends what the camera does now; it is tried again.
  std::function<Result<void>(const events::Event&)> tell;
  std::function<void(const std::string&)> complain;  ///< any thread
};

/// The cameras of a server. One that fails is tried again, and never stops another. Internally locked: any thread.
class Cameras {
 public:
  explicit Cameras(CameraSurroundings surroundings);
  Cameras(const Cameras&) = delete;
  Cameras& operator=(const Cameras&) = delete;
  ~Cameras();  ///< stops all

  /// `actor` is who the log names when the camera joins a zone. Errors: those of `check`; invalid_input (the name is
  /// taken, there are `most` already); not_found and denied (gallery and zone do not fit).
  [[nodiscard]] Result<void> add(const consent::Actor& actor, const CameraSettings& settings, CameraOrigin origin);
  /// Stops the camera of that name and starts it anew; one whose settings are the same goes on. Errors: as `add`, then
  /// the old one goes on; not_found.
  [[nodiscard]] Result<void> change(const consent::Actor& actor, const CameraSettings& settings);
  /// Errors: not_found.
  [[nodiscard]] Result<void> remove(const std::string& name);

  [[nodiscard]] std::vector<CameraSettings> settings(CameraOrigin origin) const;  ///< in the order they were added
  [[nodiscard]] std::vector<CameraStatus> statuses() const;
  /// JPEG pictures, everybody blurred. Null when there is no such camera.
  [[nodiscard]] std::shared_ptr<serve::Channel> pictures(const std::string& name) const;
  /// From now on also unblurred, into a channel of its own, for as long as `permit` lives; only `actor` may see it.
  /// Errors: not_found (no such camera), limit.
  [[nodiscard]] Result<void> reveal(consent::RevealPermit permit, const consent::Actor& actor);
  /// That channel, by the permit's entry. Null when there is none (any more) for `actor`.
  [[nodiscard]] std::shared_ptr<serve::Channel> revealed(const std::string& name, const consent::EntryId& entry,
                                                         const consent::Actor& actor) const;
  void stop();

  static constexpr std::size_t most = 256;

 private:
  class Camera;
  [[nodiscard]] Result<void> prepare(const consent::Actor& actor, const CameraSettings& settings);
  [[nodiscard]] std::shared_ptr<const TrackNetworks> networks_for(const CameraSettings& settings) const;
  [[nodiscard]] std::shared_ptr<Camera> find(const std::string& name) const;
  [[nodiscard]] std::size_t place_of(const std::string& name) const;  ///< under the lock; size when there is none

  const CameraSurroundings surroundings_;
  mutable std::mutex mutex_;
  std::mutex changing_;                                  ///< one change at a time; taken before `mutex_`
  std::shared_ptr<const TrackNetworks> track_networks_;  ///< under `changing_`; opened when first needed
  std::vector<std::shared_ptr<Camera>> cameras_;
};

}  // namespace regard::app
