#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "core/files.h"
#include "crypto/crypto.h"
#include "crypto/io/sodium.h"

namespace regard::crypto {
namespace {

enum class Guard { owner_only, any };

/// 64 hexadecimal digits, perhaps with a line break, without ever leaving a copy in ordinary memory.
Result<SecretBytes> read_key(const std::filesystem::path& file, Guard guard) {
  const std::string doing = "reading the master key " + file.string();
  const Descriptor opened{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
  if (opened.number() < 0) {
    const bool absent = errno == ENOENT;
    return fail(absent ? ErrorKind::not_found : ErrorKind::denied, doing, std::strerror(errno),
                absent ? "restore it from where it was kept; without it nothing sealed can be read"
                       : "let the user that runs Regard read it");
  }
  struct stat status {};
  if (::fstat(opened.number(), &status) != 0 || !S_ISREG(status.st_mode))
    return fail(ErrorKind::corrupt, doing, "it is not a file", "name the file that holds the key");
  if (guard == Guard::owner_only && (status.st_mode & 077U) != 0)
    return fail(ErrorKind::denied, doing, "others may read it", "chmod 600 " + file.string());
  SecretBytes digits{2 * key_size + 1};
  const ssize_t count = ::read(opened.number(), digits.bytes().data(), digits.size());
  SecretBytes key{key_size};
  std::size_t length = 0;
  if (count < static_cast<ssize_t>(2 * key_size) ||
      sodium_hex2bin(key.bytes().data(), key.size(), reinterpret_cast<const char*>(digits.bytes().data()), 2 * key_size,
                     nullptr, &length, nullptr) != 0 ||
      length != key_size)
    return fail(ErrorKind::corrupt, doing, "it does not hold 64 hexadecimal digits",
                "restore it from where it was kept; without it nothing sealed can be read");
  return key;
}

}  // namespace

Result<SecretBytes> master_key(const MasterKeySource& source) {
  ready();
  if (const char* folder = std::getenv("CREDENTIALS_DIRECTORY")) {
    const std::filesystem::path credential = std::filesystem::path{folder} / "regard-master-key";
    // systemd makes it readable for the service alone, whatever its mode bits say.
    std::error_code unreadable;
    if (std::filesystem::exists(credential, unreadable) || unreadable) return read_key(credential, Guard::any);
  }
  if (source.passphrase) return stretch(bytes_of(*source.passphrase), source.salt);
  return read_key(source.file, Guard::owner_only);
}

Result<void> create_master_key(const std::filesystem::path& file) {
  const std::string doing = "creating the master key " + file.string();
  const auto failed = [&](ErrorKind kind, const char* remedy) {
    return fail(kind, doing, std::strerror(errno), remedy);
  };
  // Written under another name first: after a crash there is the whole key or none, and who is faster wins.
  std::string unfinished = file.string() + ".XXXXXX";
  const Descriptor made{::mkostemp(unfinished.data(), O_CLOEXEC)};
  if (made.number() < 0)
    return failed(ErrorKind::unavailable, "make the folder writable for the user that runs Regard");
  const SecretBytes key = SecretBytes::random(key_size);
  SecretBytes digits{2 * key_size + 1};
  sodium_bin2hex(reinterpret_cast<char*>(digits.bytes().data()), digits.size(), key.bytes().data(), key.size());
  digits.bytes().back() = '\n';
  const bool written =
      ::write(made.number(), digits.bytes().data(), digits.size()) == static_cast<ssize_t>(digits.size()) &&
      ::fsync(made.number()) == 0;
  const bool named = written && ::link(unfinished.c_str(), file.c_str()) == 0;
  errno = named ? sync_folder_of(file) : errno;
  const int reason = errno;
  ::unlink(unfinished.c_str());
  errno = reason;
  if (reason == 0) return {};
  if (written && !named && reason == EEXIST)
    return failed(ErrorKind::invalid_input, "use the key that is there, or choose another place");
  return failed(ErrorKind::unavailable, "make room on the disk and start again");
}

}  // namespace regard::crypto
