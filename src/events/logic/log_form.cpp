// What the lines of a log look like, also when a crash cut them short. Written by hand rather than with a JSON library,
// because no library says whether a text that ends too early had begun well.
#include <charconv>

#include "events/logic/log_lines.h"

namespace regard::events {
namespace {

bool is_hexadecimal(char letter) { return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f'); }
bool is_decimal(char letter) { return letter >= '0' && letter <= '9'; }

/// Reads an entry from its front. Once something is missing or wrong, `form_` says which.
class EntryReader {
 public:
  EntryReader(std::string_view text, std::uint64_t index) : rest_{text}, index_{index} {}

  Form read() {
    std::string_view last_key;
    if (!skip('{')) return form_;
    do {
      std::string_view key;
      if (!string(key)) return form_;
      if (key <= last_key) return Form::wrong;
      last_key = key;
      if (!skip(':') || !value(key)) return form_;
    } while (accept(','));
    if (!skip('}')) return form_;
    return rest_.empty() && has_index_ ? Form::whole : Form::wrong;
  }

 private:
  bool stop(Form form) {
    form_ = form;
    return false;
  }
  bool accept(char expected) {
    if (rest_.empty() || rest_.front() != expected) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool skip(char expected) { return accept(expected) || stop(rest_.empty() ? Form::cut : Form::wrong); }

  /// What stands between the quotes, with its escapes.
  bool string(std::string_view& text) {
    if (!skip('"')) return false;
    const std::string_view begins = rest_;
    while (!accept('"')) {
      if (rest_.empty()) return stop(Form::cut);
      const char letter = rest_.front();
      if (static_cast<unsigned char>(letter) < ' ') return stop(Form::wrong);
      rest_.remove_prefix(1);
      if (letter == '\\' && !escape()) return false;
    }
    text = begins.substr(0, begins.size() - rest_.size() - 1);
    return true;
  }
  /// RFC 8785 3.2.2.2: two letters where there are two, else \u00 and two lower-case digits.
  bool escape() {
    for (const char letter : std::string_view{"\"\\bfnrt"}) {
      if (accept(letter)) return true;
    }
    if (!skip('u') || !skip('0') || !skip('0')) return false;
    if (!accept('0') && !skip('1')) return false;
    if (rest_.empty()) return stop(Form::cut);
    if (!is_hexadecimal(rest_.front())) return stop(Form::wrong);
    rest_.remove_prefix(1);
    return true;
  }
  bool value(std::string_view key) {
    std::string_view ignored;
    if (rest_.starts_with('"')) return string(ignored);
    if (rest_.empty()) return stop(Form::cut);
    std::uint64_t number = 0;
    const auto [end, problem] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    const std::string_view digits = rest_.substr(0, static_cast<std::size_t>(end - rest_.data()));
    if (problem != std::errc{} || (digits.size() > 1 && digits.front() == '0')) return stop(Form::wrong);
    rest_.remove_prefix(digits.size());
    if (key != "index") return true;
    has_index_ = true;
    const bool fits = rest_.empty() ? std::to_string(index_).starts_with(digits) : number == index_;
    return fits || stop(Form::wrong);
  }

  std::string_view rest_;
  std::uint64_t index_;
  bool has_index_ = false;
  Form form_ = Form::wrong;
};

// In the pattern of a head: any hexadecimal or decimal digit.
constexpr char hexadecimal = 'x';
constexpr char decimal = '#';

/// Byte by byte what `to_line` gives, with digits left open; nothing else in it is written with these two letters.
std::string pattern_of_head(std::uint64_t leaves, std::uint64_t size) {
  const std::string hash(64, hexadecimal);
  std::string pattern = R"({"head":{"leaves":[)";
  for (std::uint64_t i = 0; i < leaves; ++i) pattern += (i == 0 ? "\"" : ",\"") + hash + '"';
  return pattern + R"(],"previous":")" + hash + R"(","root":")" + hash + R"(","signature":")" + hash + hash +
         R"(","size":)" + std::to_string(size) + R"(,"time":"####-##-##T##:##:##.###Z"}})";
}

}  // namespace

Form form_of_entry(std::string_view text, std::uint64_t index) {
  if (text.size() > largest_entry || looks_like_head(text)) return Form::wrong;
  return EntryReader{text, index}.read();
}

Form form_of_head(std::string_view text, std::uint64_t leaves, std::uint64_t size) {
  const std::string pattern = pattern_of_head(leaves, size);
  if (text.size() > pattern.size()) return Form::wrong;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char letter = text[i];
    const bool fits = pattern[i] == hexadecimal ? is_hexadecimal(letter)
                      : pattern[i] == decimal   ? is_decimal(letter)
                                                : letter == pattern[i];
    if (!fits) return Form::wrong;
  }
  return text.size() == pattern.size() ? Form::whole : Form::cut;
}

Result<void> judge_cut_line(std::string_view rest, std::uint64_t entries, std::uint64_t next,
                            const std::string& doing) {
  const std::string_view text = rest.substr(0, rest.find_last_not_of('\0') + 1);
  if (text.empty() || (entries < largest_batch && form_of_entry(text, next) != Form::wrong)) return {};
  // A whole head that lacks only its line break is one too. With zeros after it, somebody may have been told of it.
  const Form head = entries == 0 ? Form::wrong : form_of_head(text, entries, next);
  if (head == Form::cut || (head == Form::whole && text.size() == rest.size())) return {};
  return fail(ErrorKind::corrupt, doing,
              "the end of the file is not what a crash leaves: there, entry " + std::to_string(next) +
                  " or the head of size " + std::to_string(next) + " was changed",
              "restore the file from a copy and keep this one as evidence");
}

Result<void> judge_unfinished(std::string_view tail, std::uint64_t next, const std::string& doing) {
  std::uint64_t entries = 0;
  for (std::size_t end = tail.find('\n'); end != std::string_view::npos; end = tail.find('\n')) {
    if (entries == largest_batch || form_of_entry(tail.substr(0, end), next) != Form::whole) {
      return fail(ErrorKind::corrupt, doing,
                  "the line that should be entry " + std::to_string(next) + " or a head is neither",
                  "restore the file from a copy and keep this one as evidence");
    }
    tail.remove_prefix(end + 1);
    ++entries;
    ++next;
  }
  return judge_cut_line(tail, entries, next, doing);
}

}  // namespace regard::events
