// What tests of the program stand on: installed networks, a data folder of their own.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "process.h"

namespace regard::tests {

/// Skips where no networks are installed. The program finds them through the environment.
class WithNetworks : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* named = std::getenv("REGARD_MODELS");
    const std::filesystem::path networks = named != nullptr ? named : REGARD_SOURCE_DIR "/build/models";
    if (!std::filesystem::exists(networks)) GTEST_SKIP() << "no networks in " << networks << ": run script/setup";
    setenv("REGARD_MODELS", networks.c_str(), 1);
  }
};

/// The same with a new data folder for each test, which the program finds through the environment.
class WithDataFolder : public WithNetworks {
 protected:
  void SetUp() override {
    WithNetworks::SetUp();
    setenv("REGARD_DATA", (folder_ / "data").c_str(), 1);
  }
  void TearDown() override { unsetenv("REGARD_DATA"); }

  TemporaryFolder folder_;
};

}  // namespace regard::tests
