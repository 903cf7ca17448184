// Everything on disk that recognition stands on, opened together: keys, log, database, vault; and the gate over them.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "consent/consent.h"
#include "core/core.h"
#include "crypto/crypto.h"
#include "events/transparency.h"
#include "gallery/gallery.h"
#include "store/store.h"

namespace CLI {
class App;
}

namespace regard::app {

struct DataOptions {
  std::string folder;           ///< empty: $REGARD_DATA, else data_folder_by_default()
  std::string passphrase_file;  ///< its first line stretches to the master key; empty: $REGARD_PASSPHRASE_FILE, else
                                ///< the key file
};

/// Adds --data and --passphrase-file to a command.
void add_data_options(CLI::App& command, DataOptions& options);

/// /var/lib/regard when this user may write there, else $XDG_DATA_HOME/regard, else ~/.local/share/regard.
[[nodiscard]] std::filesystem::path data_folder_by_default();

/// Where `options` says that the data folder is, there or not.
[[nodiscard]] std::filesystem::path path_of(const DataOptions& options);

/// "cli:1000": who runs this command, as the log names them.
[[nodiscard]] consent::Actor command_line_actor();

/// The open data folder: keys/master.key, keys/log.sealed, keys/receipts.sealed, log.jsonl, log.pub, receipts.pub,
/// regard.db. Internally locked: any thread. Several processes may have it open.
class DataFolder {
 public:
  /// Makes what is not there yet, finishes erasures that a crash interrupted, and erases what has expired. Errors:
  /// corrupt (log, database, master key), denied (read-only), unavailable (disk full).
  [[nodiscard]] static Result<std::unique_ptr<DataFolder>> open(const DataOptions& options);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const Clock& clock() const { return *clock_; }
  [[nodiscard]] events::TransparencyLog& log() { return *log_; }
  [[nodiscard]] store::Database& database() { return *database_; }
  [[nodiscard]] consent::Gate& gate() { return *gate_; }
  [[nodiscard]] consent::Register& facts() { return *register_; }
  [[nodiscard]] gallery::Vault& vault() { return *vault_; }
  [[nodiscard]] const crypto::SigningKey& receipt_key() const { return *receipt_key_; }

  /// Erases templates whose consent has ended, with an entry for each. Called at opening and by long runs.
  [[nodiscard]] Result<void> expire();

 private:
  DataFolder() = default;
  [[nodiscard]] Result<void> open_keys(const DataOptions& options);
  [[nodiscard]] Result<crypto::SigningKey> signing_key(const std::string& name);
  [[nodiscard]] Result<void> finish_erasures();

  std::filesystem::path path_;
  std::unique_ptr<Clock> clock_;
  crypto::SecretBytes master_;
  std::unique_ptr<crypto::SigningKey> receipt_key_;
  std::unique_ptr<events::TransparencyLog> log_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<consent::Gate> gate_;
  std::unique_ptr<consent::Register> register_;
  std::unique_ptr<gallery::Vault> vault_;
};

/// The public keys that a data folder shows: read without opening it. Errors: not_found, corrupt.
[[nodiscard]] Result<crypto::PublicKey> read_public_key(const std::filesystem::path& file);

/// Writes `text` so that the file is either the old or the new one after a crash, with `mode`. Errors: unavailable.
[[nodiscard]] Result<void> write_durably(const std::filesystem::path& file, std::string_view text, unsigned mode);

}  // namespace regard::app
