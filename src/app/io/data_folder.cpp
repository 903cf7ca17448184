#include "app/data_folder.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>

#include "core/files.h"

namespace regard::app {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

Result<void> make_folder(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure)
    return fail(ErrorKind::denied, "creating the data folder " + folder.string(), failure.message(),
                "choose another folder with --data, or make it writable");
  ::chmod(folder.c_str(), 0700);  // names of people lie inside
  return {};
}

Result<std::string> first_line(const fs::path& file) {
  std::ifstream stream{file};
  std::string line;
  if (!stream || !std::getline(stream, line) || line.empty())
    return fail(ErrorKind::not_found, "reading the passphrase file " + file.string(), "it has no first line",
                "write the passphrase into its first line");
  return line;
}

/// Held while keys are made, so that two first starts at once agree on them.
Result<Descriptor> lock_folder(const fs::path& folder) {
  Descriptor lock{::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (!lock.is_open() || ::flock(lock.number(), LOCK_EX) != 0)
    return fail(ErrorKind::denied, "opening the data folder " + folder.string(), std::strerror(errno),
                "make it writable for the user that runs Regard");
  return lock;
}

}  // namespace

void add_data_options(CLI::App& command, DataOptions& options) {
  command.add_option("--data", options.folder,
                     "Folder of people, galleries and the log (default: $REGARD_DATA, or /var/lib/regard or "
                     "~/.local/share/regard)");
  command.add_option("--passphrase-file", options.passphrase_file,
                     "File whose first line is the passphrase of the master key (default: $REGARD_PASSPHRASE_FILE, or "
                     "the key file in the data folder)");
}

fs::path data_folder_by_default() {
  if (fs::path system = "/var/lib/regard"; ::access(system.c_str(), W_OK) == 0) return system;
  if (const std::string data = environment("XDG_DATA_HOME"); !data.empty()) return fs::path{data} / "regard";
  const std::string home = environment("HOME");
  return fs::path{home.empty() ? "/var/lib" : home + "/.local/share"} / "regard";
}

fs::path path_of(const DataOptions& options) {
  if (!options.folder.empty()) return options.folder;
  const std::string named = environment("REGARD_DATA");
  return named.empty() ? data_folder_by_default() : fs::path{named};
}

consent::Actor command_line_actor() { return {fmt::format("cli:{}", ::getuid())}; }

Result<void> write_durably(const fs::path& file, std::string_view text, unsigned mode) {
  const auto failed = [&] {
    return fail(ErrorKind::unavailable, "writing " + file.string(), std::strerror(errno),
                "make room on the disk, or make the folder writable");
  };
  const fs::path draft = file.string() + ".new";
  {
    const Descriptor made{::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)};
    if (made.number() < 0) return failed();
    if (::write(made.number(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        ::fsync(made.number()) != 0) {
      auto failure = failed();
      ::unlink(draft.c_str());
      return failure;
    }
  }
  if (::rename(draft.c_str(), file.c_str()) != 0) return failed();
  errno = sync_folder_of(file);
  return errno == 0 ? Result<void>{} : failed();
}

Result<crypto::PublicKey> read_public_key(const fs::path& file) {
  std::ifstream stream{file};
  std::string text;
  if (!stream || !(stream >> text))
    return fail(ErrorKind::not_found, "reading the public key " + file.string(),
                "there is no such file, or it is empty", "name the file with the 64 hexadecimal digits of the key");
  const auto bytes = crypto::from_hex(text);
  crypto::PublicKey key{};
  if (!bytes || bytes->size() != key.size())
    return fail(ErrorKind::corrupt, "reading the public key " + file.string(), "it is not 64 hexadecimal digits",
                "copy it again from the data folder");
  std::ranges::copy(*bytes, key.begin());
  return key;
}

Result<std::unique_ptr<DataFolder>> DataFolder::open(const DataOptions& options) {
  std::unique_ptr<DataFolder> data{new DataFolder};
  data->clock_ = system_clock();
  data->path_ = path_of(options);
  if (auto made = make_folder(data->path_ / "keys"); !made) return pass_on(std::move(made));
  if (auto made = make_folder(data->path_); !made) return pass_on(std::move(made));
  {
    auto lock = lock_folder(data->path_);
    if (!lock) return pass_on(std::move(lock));
    if (auto opened = data->open_keys(options); !opened) return pass_on(std::move(opened));
    auto database = store::Database::open(data->path_ / "regard.db");
    if (!database) return pass_on(std::move(database));
    data->database_ = std::move(*database);
  }
  data->gate_ = std::make_unique<consent::Gate>(*data->database_, *data->log_, *data->clock_);
  data->register_ = std::make_unique<consent::Register>(*data->database_, *data->log_, *data->clock_);
  // The index uses more than one only from 65,536 templates on: below, starting a thread takes longer than its work.
  const gallery::Vault::Options options_of_vault{
      .thresholds = {}, .threads = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 8U))};
  auto vault =
      gallery::Vault::open(*data->database_, crypto::derive(data->master_, "vault"), *data->clock_, options_of_vault);
  if (!vault) return pass_on(std::move(vault));
  data->vault_ = std::move(*vault);
  if (auto finished = data->finish_erasures(); !finished) return pass_on(std::move(finished));
  if (auto expired = data->expire(); !expired) return pass_on(std::move(expired));
  return data;
}

Result<void> DataFolder::open_keys(const DataOptions& options) {
  crypto::MasterKeySource source{.file = path_ / "keys" / "master.key", .passphrase = {}, .salt = {}};
  const std::string passphrase_file =
      options.passphrase_file.empty() ? environment("REGARD_PASSPHRASE_FILE") : options.passphrase_file;
  const bool is_new = !fs::exists(path_ / "keys" / "log.sealed");
  if (!passphrase_file.empty()) {
    auto passphrase = first_line(passphrase_file);
    if (!passphrase) return pass_on(std::move(passphrase));
    source.passphrase = std::move(*passphrase);
    const fs::path salt = path_ / "keys" / "salt";
    if (is_new && !fs::exists(salt)) {
      if (auto written = write_durably(salt, crypto::to_hex(crypto::random_bytes(16)), 0600); !written) return written;
    }
    std::string text;
    std::ifstream{salt} >> text;
    source.salt = crypto::from_hex(text).value_or(crypto::Bytes{});
  } else if (is_new && environment("CREDENTIALS_DIRECTORY").empty() && !fs::exists(source.file)) {
    if (auto made = crypto::create_master_key(source.file); !made) return made;
  }
  auto master = crypto::master_key(source);
  if (!master) return pass_on(std::move(master));
  master_ = std::move(*master);

  auto log_key = signing_key("log");
  if (!log_key) return pass_on(std::move(log_key));
  auto log = events::TransparencyLog::open(path_ / "log.jsonl", std::move(*log_key), *clock_);
  if (!log) return pass_on(std::move(log));
  log_ = std::move(*log);
  auto receipt_key = signing_key("receipts");
  if (!receipt_key) return pass_on(std::move(receipt_key));
  receipt_key_ = std::make_unique<crypto::SigningKey>(std::move(*receipt_key));
  return {};
}

/// The signing key `name`, sealed under the master key in keys/NAME.sealed; its public half in NAME.pub.
Result<crypto::SigningKey> DataFolder::signing_key(const std::string& name) {
  const fs::path file = path_ / "keys" / (name + ".sealed");
  const crypto::SecretBytes wrapping = crypto::derive(master_, "signing key " + name);
  if (!fs::exists(file)) {
    const crypto::SigningKey key = crypto::SigningKey::generate();
    const crypto::Bytes sealed = crypto::seal(wrapping, key.seed().bytes(), crypto::bytes_of(name));
    if (auto written = write_durably(file, crypto::to_hex(sealed) + "\n", 0600); !written)
      return pass_on(std::move(written));
  }
  std::string text;
  std::ifstream{file} >> text;
  const auto sealed = crypto::from_hex(text);
  if (!sealed)
    return fail(ErrorKind::corrupt, "reading the signing key " + file.string(), "it is not hexadecimal",
                "restore it from a backup");
  auto seed = crypto::unseal(wrapping, *sealed, crypto::bytes_of(name), "the signing key " + file.string());
  if (!seed) return pass_on(std::move(seed));
  auto key = crypto::SigningKey::from_seed(*seed);
  if (!key) return key;
  if (const fs::path shown = path_ / (name + ".pub"); !fs::exists(shown)) {
    if (auto written = write_durably(shown, crypto::to_hex(key->public_key()) + "\n", 0644); !written)
      return pass_on(std::move(written));
  }
  return key;
}

Result<void> DataFolder::finish_erasures() {
  auto unfinished = database_->unfinished_erasures();
  if (!unfinished) return pass_on(std::move(unfinished));
  for (const consent::SubjectId& subject : *unfinished) {
    auto known = database_->subject(subject);
    if (!known) return pass_on(std::move(known));
    // Whoever is gone already only needs the files to be scrubbed.
    if (!*known) continue;
    if (auto erased = register_->erase({"regard:recovery"}, subject); !erased) return pass_on(std::move(erased));
  }
  return {};
}

Result<void> DataFolder::expire() {
  auto candidates = database_->expired(clock_->now());
  if (!candidates) return pass_on(std::move(candidates));
  if (candidates->empty()) return {};
  if (auto expired = register_->expire(*candidates); !expired) return pass_on(std::move(expired));
  return {};
}

}  // namespace regard::app
