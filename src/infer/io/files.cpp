#include "infer/io/files.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

#include "core/files.h"

namespace regard::infer {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t chunk = std::size_t{1} << 16;

tl::unexpected<Error> refused_by_system(const std::string& doing, int number) {
  const ErrorKind kind = number == ENOENT                      ? ErrorKind::not_found
                         : number == EACCES || number == EPERM ? ErrorKind::denied
                                                               : ErrorKind::unavailable;
  return fail(kind, doing, std::generic_category().message(number), "check the folder, its rights and the free space");
}

}  // namespace

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
};

Sha256::Sha256() : state_{std::make_unique<State>()} {
  CHECK(state_->context != nullptr);
  CHECK(EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) == 1);
}

Sha256::~Sha256() { EVP_MD_CTX_free(state_->context); }

void Sha256::add(std::span<const std::uint8_t> bytes) {
  CHECK(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

std::string Sha256::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  CHECK(EVP_DigestFinal_ex(state_->context, digest.data(), &length) == 1);
  std::string text;
  for (unsigned i = 0; i < length; ++i) {
    text += "0123456789abcdef"[digest[i] >> 4];
    text += "0123456789abcdef"[digest[i] & 15];
  }
  return text;
}

std::string sha256(std::span<const std::uint8_t> bytes) {
  Sha256 sum;
  sum.add(bytes);
  return sum.hex();
}

Result<Content> content_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in) return refused_by_system("reading " + file.string(), errno);
  Sha256 sum;
  Content content;
  Bytes buffer(chunk);
  while (in) {
    in.read(reinterpret_cast<char*>(buffer.data()), static_cast<std::streamsize>(buffer.size()));
    const auto got = static_cast<std::size_t>(in.gcount());
    sum.add({buffer.data(), got});
    content.size += got;
  }
  if (in.bad()) return refused_by_system("reading " + file.string(), EIO);
  content.sha256 = sum.hex();
  return content;
}

Result<Bytes> read_file(const fs::path& file, std::uint64_t most) {
  const std::string doing = "reading " + file.string();
  std::error_code problem;
  if (!fs::is_regular_file(file, problem)) {
    return fail(ErrorKind::not_found, doing, "there is no such file", "check the path");
  }
  const std::uintmax_t size = fs::file_size(file, problem);
  if (problem) return refused_by_system(doing, problem.value());
  if (size > most) {
    return fail(ErrorKind::limit, doing, "it has " + std::to_string(size) + " bytes, more than " + std::to_string(most),
                "choose the right file");
  }
  std::ifstream in{file, std::ios::binary};
  if (!in) return refused_by_system(doing, errno);
  Bytes bytes(size);
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (static_cast<std::uintmax_t>(in.gcount()) != size) return refused_by_system(doing, EIO);
  return bytes;
}

Writer::Writer(int descriptor, fs::path file) : descriptor_{descriptor}, file_{std::move(file)} {}
Writer::Writer(Writer&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)}, file_{std::move(other.file_)} {}
Writer& Writer::operator=(Writer&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(file_, other.file_);
  return *this;
}
Writer::~Writer() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<Writer> Writer::create(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (descriptor < 0) return refused_by_system("writing " + file.string(), errno);
  return Writer{descriptor, file};
}

Result<void> Writer::write(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(descriptor_, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return refused_by_system("writing " + file_.string(), errno);
    bytes = bytes.subspan(static_cast<std::size_t>(wrote));
  }
  return {};
}

Result<void> Writer::finish() {
  if (::fsync(descriptor_) != 0) return refused_by_system("writing " + file_.string(), errno);
  if (::close(std::exchange(descriptor_, -1)) != 0) return refused_by_system("writing " + file_.string(), errno);
  return {};
}

TemporaryFolder::TemporaryFolder(fs::path path) : path_{std::move(path)} {}
TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept : path_{std::exchange(other.path_, fs::path{})} {}
TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

Result<TemporaryFolder> TemporaryFolder::create(const fs::path& parent) {
  std::string name = (parent / ".fetching-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return refused_by_system("making a folder in " + parent.string(), errno);
  return TemporaryFolder{name};
}

Result<void> make_folder(const fs::path& folder) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) return refused_by_system("making the folder " + folder.string(), problem.value());
  return {};
}

Result<void> move_into_place(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return refused_by_system("writing " + to.string(), errno);
  if (const int problem = sync_folder_of(to); problem != 0) return refused_by_system("writing " + to.string(), problem);
  return {};
}

Result<void> write_whole(const fs::path& file, std::span<const std::uint8_t> bytes) {
  auto folder = TemporaryFolder::create(file.parent_path());
  if (!folder) return pass_on(std::move(folder));
  const fs::path partial = folder->path() / file.filename();
  auto writer = Writer::create(partial);
  if (!writer) return pass_on(std::move(writer));
  if (auto done = writer->write(bytes); !done) return done;
  if (auto done = writer->finish(); !done) return done;
  return move_into_place(partial, file);
}

}  // namespace regard::infer
