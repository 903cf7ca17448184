// The commands about people: person, consent, enrol, verify, identify, gallery, zone, watchlist; and log, backup,
// restore.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "app/data_folder.h"
#include "core/core.h"

namespace CLI {
class App;
}

namespace regard::app {

/// Exit statuses of commands that compare: documented in docs/command.md.
inline constexpr int matched = 0;
inline constexpr int not_matched = 1;
inline constexpr int failed = 2;

void add_person_command(CLI::App& app, int& exit_status);
void add_consent_command(CLI::App& app, int& exit_status);
void add_recognition_commands(CLI::App& app, int& exit_status);  ///< enrol, verify, identify
void add_gallery_commands(CLI::App& app, int& exit_status);      ///< gallery, zone
void add_watchlist_command(CLI::App& app, int& exit_status);
void add_log_command(CLI::App& app, int& exit_status);
void add_backup_commands(CLI::App& app, int& exit_status);  ///< backup, restore

/// Makes those of the zones that are new, without cameras.
[[nodiscard]] Result<void> make_zones(DataFolder& data, const consent::Actor& actor,
                                      const std::set<consent::ZoneName>& zones);
/// Makes the gallery, its secret, and those of its zones that are new (without cameras). Errors: those of Register and
/// Vault.
[[nodiscard]] Result<consent::EntryId> create_gallery(DataFolder& data, const consent::Actor& actor,
                                                      consent::Gallery gallery);
/// Whether people of `gallery` may be recognised in `zone` at all; `doing` goes into what is said. Errors: not_found
/// (no such gallery), denied (another zone).
[[nodiscard]] Result<void> check_place(DataFolder& data, const consent::GalleryName& gallery,
                                       const consent::ZoneName& zone, const std::string& doing);
/// Adds cameras to a zone, making it when it is new; no entry when nothing changes.
[[nodiscard]] Result<void> put_cameras(DataFolder& data, const consent::Actor& actor, const consent::ZoneName& name,
                                       const std::vector<CameraName>& cameras);

/// "2026-12-31", "2026-12-31T23:59:59Z" or "90d" from `now`. Errors: invalid_input.
[[nodiscard]] Result<Timestamp> time_from(const std::string& text, Timestamp now);
/// "90d", "12h", "30m". Errors: invalid_input.
[[nodiscard]] Result<Duration> duration_from(const std::string& text);

}  // namespace regard::app
