// `regard watch`: several cameras at once, until they end or somebody stops them.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/data_folder.h"
#include "app/networks.h"
#include "app/outlets.h"
#include "app/pipeline.h"
#include "core/core.h"

namespace CLI {
class App;
}

namespace regard::app {

/// Who may be recognised by the cameras of a run.
struct RecognitionWishes {
  DataOptions data;
  std::string gallery;
  std::string zone;              ///< the cameras of this run join it, as an entry of the log
  bool only_identities = false;  ///< tell nothing else; exit status 1 when nobody was identified
};

struct WatchOptions {
  std::vector<std::string> sources;
  std::vector<std::string> names;           ///< of the cameras, in the order of `sources`; missing ones are made up
  std::optional<double> frames_per_second;  ///< analysed; default: 10 for recorded sources, 5 for live ones
  std::vector<std::string> classes{"person", "face"};
  std::string events;     ///< file, "-" for standard output, empty for words on a terminal
  std::string save;       ///< MP4 to write; empty: none. With several cameras, "-NAME" goes before ".mp4"
  double duration_s = 0;  ///< of media time, per camera; 0: no limit
  bool motion_gate = true;
  bool rtsp_over_udp = false;
  std::string credentials_file;  ///< see camera_credentials
  NetworkOptions networks;
  OutletWishes outlets;
  std::string people;  ///< file of the database that knows the names of people in events; it need not be there
  std::optional<RecognitionWishes> recognition;  ///< none: nobody is recognised
};

/// Runs until every source has ended or `stop` is requested. Exit status: 0, or 2 when any source failed.
[[nodiscard]] int watch(const WatchOptions& options, std::stop_token stop);

/// The same, until Ctrl-C or `kill`.
[[nodiscard]] int watch_until_stopped(const WatchOptions& options);

/// Adds `watch` to the command line; `exit_status` is set when it has run.
void add_watch_command(CLI::App& app, int& exit_status);

/// "person,face,car" or "all". Errors: invalid_input, with the nearest known name.
[[nodiscard]] Result<detect::Wanted> wanted_from(const std::vector<std::string>& names);

/// Frames analysed a second when the operator does not say: 5 for live sources and 10 for recorded ones, enough to
/// follow people walking, on half a core.
[[nodiscard]] double usual_rate(const std::string& address);

/// A name for a camera at `address` that nobody in `taken` has: the file's stem, the host or the scene.
[[nodiscard]] std::string camera_name_for(const std::string& address, const std::vector<CameraName>& taken);

}  // namespace regard::app
