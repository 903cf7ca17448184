// Ways round the permits that the compiler allows, looked for in the sources. What it refuses: tests/must_not_compile.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>

namespace {

namespace fs = std::filesystem;
const fs::path root = REGARD_SOURCE_DIR;

std::map<std::string, std::string> sources() {
  std::map<std::string, std::string> texts;
  for (const auto& entry : fs::recursive_directory_iterator{root / "src"}) {
    if (entry.path().extension() != ".cpp" && entry.path().extension() != ".h") continue;
    std::ifstream stream{entry.path()};
    std::ostringstream text;
    text << stream.rdbuf();
    texts[fs::relative(entry.path(), root).string()] = text.str();
  }
  return texts;
}

TEST(Permits, classes_that_permits_and_templates_trust_are_defined_once) {
  // A source that sees only a forward declaration could define a class of that name and be the friend.
  const std::map<std::string, std::string> homes{{"Gate", "src/consent/consent.h"},
                                                 {"Vault", "src/gallery/gallery.h"},
                                                 {"FaceEmbedder", "src/embed/embed.h"},
                                                 {"BodyEmbedder", "src/embed/embed.h"}};
  for (const auto& [name, home] : homes) {
    const std::regex definition{"\\b(class|struct)\\s+([a-z_:]*::)?" + name + "\\b(?!::)[^;{}()]*\\{"};
    const std::string stage = home.substr(4, home.find('/', 4) - 4);
    const std::regex spoken_of{"\\bnamespace (regard::)?" + stage + "\\b|\\b" + stage + "::" + name + "\\b"};
    for (const auto& [path, text] : sources()) {
      // A class of that name in another namespace (cast has a Gate that people walk through) is nobody's friend.
      if (!std::regex_search(text, spoken_of)) continue;
      EXPECT_EQ(std::regex_search(text, definition), path == home) << name << " in " << path;
    }
  }
}

TEST(Permits, nobody_takes_private_members_through_an_explicit_instantiation) {
  // [temp.spec]/6: access is not checked there, so `template struct Take<&Template::secret_>;` would compile.
  const std::regex theft{R"(\btemplate\s+(struct|class)\s+\w+\s*<\s*&)"};
  for (const auto& [path, text] : sources()) EXPECT_FALSE(std::regex_search(text, theft)) << path;
}

TEST(Permits, nobody_casts_or_redefines_a_way_in) {
  const std::regex cast{R"(reinterpret_cast<[^>]*\b(\w*Permit|Template|Identity)\b)"};
  const std::regex redefined{R"(#\s*define\s+(private|protected|class|final)\b)"};
  for (const auto& [path, text] : sources()) {
    EXPECT_FALSE(std::regex_search(text, cast)) << path;
    EXPECT_FALSE(std::regex_search(text, redefined)) << path;
  }
}

}  // namespace
