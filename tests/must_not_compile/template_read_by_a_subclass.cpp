// Inheriting from a template does not show its numbers.
// STAGE: embed
// EXPECT: values.*is private within this context|is a private member
#include "embed/embed.h"

using namespace regard;

struct Peek : embed::Template {
  explicit Peek(embed::Template&& found) : Template{std::move(found)} {}
#ifdef MISUSE
  [[nodiscard]] std::size_t look() const { return values().size(); }
#else
  [[nodiscard]] std::size_t look() const { return size(); }
#endif
};

std::size_t peek(const Peek& found) { return found.look(); }
