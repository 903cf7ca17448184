#include "core/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>

#include "files.h"

namespace regard {
namespace {

bool is_open(int number) { return ::fcntl(number, F_GETFD) != -1; }

TEST(Descriptor, closes_what_it_owns_once_and_moves) {
  int number = -1;
  {
    Descriptor first{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    ASSERT_TRUE(first.is_open());
    number = first.number();
    const Descriptor second{std::move(first)};
    EXPECT_FALSE(first.is_open());  // NOLINT(bugprone-use-after-move): that is the point
    EXPECT_TRUE(is_open(second.number()));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(SyncFolderOf, tells_what_failed) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(sync_folder_of(folder / "file"), 0);
  EXPECT_EQ(sync_folder_of("file"), 0);
  EXPECT_EQ(sync_folder_of(folder / "no/file"), ENOENT);
}

}  // namespace
}  // namespace regard
