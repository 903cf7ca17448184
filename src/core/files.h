// What every stage that keeps files needs of the operating system.
#pragma once

#include <filesystem>
#include <utility>

namespace regard {

/// Owns a file descriptor; a negative one is none. Move-only; confined to one thread.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_{number} {}
  Descriptor(Descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }

 private:
  int number_ = -1;
};

/// A file that was made, renamed or removed is so after a power cut only when its folder was synced. Returns 0, or the
/// errno of what failed. File systems that cannot sync a folder (network mounts) say EINVAL; that counts as done, since
/// the file itself is synced all the same.
[[nodiscard]] int sync_folder_of(const std::filesystem::path& file);

}  // namespace regard
