// Looks up the people of one camera's tracks, each a few times at most, under a permit of its own.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/people.h"
#include "app/pipeline.h"
#include "core/core.h"
#include "events/events.h"

namespace regard::app {

/// When a track is looked up. Times are media time.
struct RecognizerOptions {
  std::size_t shots = 3;                                  ///< good looks at a face that one look-up joins
  Duration patience = std::chrono::milliseconds{1200};    ///< after which fewer will do
  Duration first_pause = std::chrono::milliseconds{800};  ///< after a look-up without a match; doubles each time
  int attempts = 5;                                       ///< per track: whoever is not known is then left alone
  Duration recheck = std::chrono::seconds{1};             ///< how long a name may stay after a withdrawal or erasure
};

/// Follows the face tracks of one camera: collects good shots, asks for a permit, looks up, reports who it is, and
/// forgets everything else. Confined to the camera's thread.
class Recognizer {
 public:
  /// `data` and `networks` must outlive it. `listener` takes each identified event; `complain` takes words about
  /// refusals, once each.
  Recognizer(DataFolder& data, const TrackNetworks& networks, LookUp where,
             std::function<Result<void>(const events::Event&)> listener,
             std::function<void(const std::string&)> complain, const RecognizerOptions& options = {});

  /// Errors: the listener's; a ledger or database that cannot be written. A refusal is no error: tracking goes on.
  [[nodiscard]] Result<void> look(const Analysis& analysis);

  /// Names of the people identified on the present tracks, by face and body track, for pictures. A name goes within
  /// RecognizerOptions::recheck when consent is withdrawn or the person is erased.
  [[nodiscard]] const std::unordered_map<TrackId, std::string>& names() const { return names_; }

 private:
  struct Follow {
    std::vector<FaceShot> shots;
    std::vector<liveness::Observation> observations;
    Duration first_shot{};
    Duration not_before{};
    int attempts = 0;
    bool done = false;
    std::optional<consent::SubjectId> named;
    TrackId body{};           ///< named with this track
    Duration confirmed_at{};  ///< when `named` was last known to be enrolled
  };

  [[nodiscard]] Result<void> consider(const Analysis& analysis, const track::Track& track);
  [[nodiscard]] Result<bool> collect(const Analysis& analysis, const track::Track& track, Follow& follow);
  [[nodiscard]] Result<void> look_up(const Analysis& analysis, const track::Track& track, Follow& follow);
  [[nodiscard]] Result<void> report(const Analysis& analysis, const track::Track& track, Follow& follow,
                                    const gallery::Identity& identity);
  void forget_ended(const Analysis& analysis);
  /// Whoever is no longer enrolled has no name any more.
  [[nodiscard]] Result<void> forget_withdrawn(Duration now);

  DataFolder& data_;
  const TrackNetworks& networks_;
  LookUp where_;
  std::function<Result<void>(const events::Event&)> listener_;
  std::function<void(const std::string&)> complain_;
  RecognizerOptions options_;
  std::unordered_map<TrackId, Follow> follows_;
  std::unordered_map<TrackId, std::string> names_;
  std::string last_complaint_;
};

}  // namespace regard::app
