// Runs the real `regard` program, as a user would.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "files.h"

namespace regard::tests {

using test::contents;
using test::TemporaryFolder;

struct Finished {
  int status = -1;  ///< exit status; 128 + number when a signal ended it
  std::string out;
  std::string err;
};

/// The program under test.
[[nodiscard]] std::string program();

/// Runs `program` with `arguments` to its end.
[[nodiscard]] Finished run(const std::string& program, const std::vector<std::string>& arguments);

/// A program that goes on while the test does; killed when this ends. Output goes to files in a folder of its own.
class Running {
 public:
  Running(const std::string& program, const std::vector<std::string>& arguments);
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running();
  void signal(int number) const;
  [[nodiscard]] Finished wait();
  [[nodiscard]] std::string out() const;
  /// Waits until standard output holds `text`, at most a minute. False when it does not come or the program ends.
  [[nodiscard]] bool says(const std::string& text);

  [[nodiscard]] bool has_ended();

 private:
  pid_t child_ = 0;
  int status_ = -1;
  TemporaryFolder folder_;
};

[[nodiscard]] std::vector<std::string> lines(const std::string& text);

}  // namespace regard::tests
