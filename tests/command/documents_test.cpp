// The documents say what the program does.
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "process.h"

namespace regard::tests {
namespace {

const std::filesystem::path root = REGARD_SOURCE_DIR;

TEST(Documents, command_page_is_what_help_prints) {
  const TemporaryFolder folder;
  const Finished accepted = run((root / "script/accept").string(), {program(), folder / "command.md"});
  ASSERT_EQ(accepted.status, 0) << accepted.err;
  EXPECT_EQ(contents(folder / "command.md"), contents(root / "docs/command.md"))
      << "run script/accept, look at the difference, and commit it";
}

/// Every option that a document shows on a `regard` command line is one of the program.
TEST(Documents, options_in_the_documents_exist) {
  const std::string known = contents(root / "docs/command.md");
  static const std::regex command{R"(regard [a-z]+[^\n`]*)"};
  static const std::regex option{R"(\s(--[a-z][a-z-]*))"};
  for (const char* page : {"README.md", "CONTRIBUTING.md", "PRIVACY.md", "docs/numbers.md", "docs/serve.md",
                           "docs/sinks.md", "models/README.md"}) {
    const std::string text = contents(root / page);
    ASSERT_FALSE(text.empty()) << page;
    for (auto line = std::sregex_iterator{text.begin(), text.end(), command}; line != std::sregex_iterator{}; ++line) {
      const std::string words = line->str();
      for (auto found = std::sregex_iterator{words.begin(), words.end(), option}; found != std::sregex_iterator{};
           ++found) {
        EXPECT_NE(known.find((*found)[1].str()), std::string::npos) << page << ": " << words;
      }
    }
  }
}

TEST(Documents, links_lead_somewhere) {
  static const std::regex link{R"(\]\(([^)#:]+)\))"};
  for (const auto& entry : std::filesystem::recursive_directory_iterator{root}) {
    const std::string path = std::filesystem::relative(entry.path(), root).string();
    const bool is_ours =
        !path.starts_with("build") && !path.starts_with(".git") && path.find("node_modules") == std::string::npos;
    if (!is_ours || entry.path().extension() != ".md") continue;
    const std::string text = contents(entry.path());
    for (auto match = std::sregex_iterator{text.begin(), text.end(), link}; match != std::sregex_iterator{}; ++match) {
      EXPECT_TRUE(std::filesystem::exists(entry.path().parent_path() / (*match)[1].str()))
          << path << " links to " << (*match)[1];
    }
  }
}

TEST(Documents, scripts_that_are_named_exist) {
  static const std::regex script{R"(\bscript/([a-z][a-z.-]*[a-z]))"};
  for (const char* page : {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/numbers.md"}) {
    const std::string text = contents(root / page);
    for (auto match = std::sregex_iterator{text.begin(), text.end(), script}; match != std::sregex_iterator{};
         ++match) {
      EXPECT_TRUE(std::filesystem::exists(root / match->str())) << page << " names " << match->str();
    }
  }
}

TEST(Documents, the_architecture_page_knows_every_stage) {
  const std::string page = contents(root / "ARCHITECTURE.md");
  for (const auto& entry : std::filesystem::directory_iterator{root / "src"}) {
    if (entry.is_directory()) {
      EXPECT_NE(page.find("| `" + entry.path().filename().string() + "` |"), std::string::npos) << entry.path();
    }
  }
}

}  // namespace
}  // namespace regard::tests
