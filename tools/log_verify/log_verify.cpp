// regard-log-verify: checks a transparency log of Regard with its public key alone. Nothing of Regard is used here, so
// that nobody has to trust it; the format is docs/transparency-log.md. Needs OpenSSL 3 for SHA-256 and Ed25519.
//
//   regard-log-verify LOG PUBLIC_KEY_FILE [--against HEAD.json]
//   regard-log-verify --proof PROOF.json PUBLIC_KEY_FILE [--against HEAD.json]
//
// Exit status: 0 the log or the proof is right, 1 it is not (the first wrong entry or head is named), 2 it could not be
// looked at.
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Digest = std::array<unsigned char, 32>;

/// The log is not what it claims to be.
struct Wrong : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// It cannot be looked at.
struct Trouble : std::runtime_error {
  using std::runtime_error::runtime_error;
};

void demand(int openssl_result) {
  if (openssl_result != 1) throw Trouble{"OpenSSL failed"};
}

class Sha256 {
 public:
  Digest operator()(std::string_view text) {
    demand(EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr));
    demand(EVP_DigestUpdate(context_.get(), text.data(), text.size()));
    Digest digest{};
    demand(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr));
    return digest;
  }
  /// RFC 6962 2.1: leaves begin with 0, nodes with 1.
  Digest leaf(std::string_view entry) {
    buffer_.assign(1, '\0');
    return (*this)(buffer_.append(entry));
  }
  Digest node(const Digest& left, const Digest& right) {
    buffer_.assign(1, '\1');
    buffer_.append(left.begin(), left.end());
    return (*this)(buffer_.append(right.begin(), right.end()));
  }

 private:
  std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm_{EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free};
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  std::string buffer_;
};

std::string hex(const Digest& digest) {
  std::string text;
  for (const unsigned char byte : digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

/// The roots of the complete subtrees from left to right: all that is needed to append and to give the root.
class Tree {
 public:
  void append(Sha256& sha, Digest hash) {
    for (std::uint64_t rest = size_++; rest % 2 == 1; rest /= 2, peaks_.pop_back())
      hash = sha.node(peaks_.back(), hash);
    peaks_.push_back(hash);
  }
  [[nodiscard]] Digest root(Sha256& sha) const {
    if (peaks_.empty()) return sha("");
    Digest hash = peaks_.back();
    for (std::size_t i = peaks_.size() - 1; i > 0; --i) hash = sha.node(peaks_[i - 1], hash);
    return hash;
  }
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  std::vector<Digest> peaks_;
  std::uint64_t size_ = 0;
};

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
bool is_hexadecimal(char letter) { return is_digit(letter) || (letter >= 'a' && letter <= 'f'); }

/// Reads text of one fixed form from its front.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_{text} {}
  bool accept(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  void skip(std::string_view expected) {
    if (!accept(expected)) stop(expected.starts_with(rest_));
  }
  std::string_view take(std::size_t length) {
    if (rest_.size() < length) stop(true);
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view digits(std::size_t length) {
    const std::string_view ahead = rest_.substr(0, length);
    if (!std::all_of(ahead.begin(), ahead.end(), is_hexadecimal)) stop(false);
    return take(length);
  }
  /// The digits of a number below 2^64 without leading zeros.
  std::string_view number() {
    std::uint64_t ignored = 0;
    const auto [end, problem] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), ignored);
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(end - rest_.data()));
    if (problem != std::errc{} || (taken.size() > 1 && taken.front() == '0')) stop(rest_.empty());
    return take(taken.size());
  }
  /// In quotes, as it is written: with its escapes, of the kinds that RFC 8785 3.2.2.2 has.
  std::string_view string() {
    skip("\"");
    std::size_t length = 0;
    while (length < rest_.size() && rest_[length] != '"' && static_cast<unsigned char>(rest_[length]) >= ' ') {
      length += rest_[length] == '\\' ? escape(rest_.substr(length, 6)) : 1;
    }
    const std::string_view text = take(length);
    skip("\"");
    return text;
  }
  /// 2026-01-31T09:15:02.250Z; not whether there is such a day.
  void time() {
    for (const char letter : std::string_view{"0000-00-00T00:00:00.000Z"}) {
      const std::string_view ahead = take(1);
      if (!ahead.empty() && (letter == '0' ? !is_digit(ahead[0]) : ahead[0] != letter)) stop(false);
    }
  }
  [[nodiscard]] bool at_quote() const { return rest_.starts_with('"'); }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] bool good_at_end() const { return good_ && rest_.empty(); }
  [[nodiscard]] bool good() const { return good_; }
  /// Nothing is wrong but that the text ended too early.
  [[nodiscard]] bool cut() const { return !good_ && cut_; }
  void stop(bool cut) {
    if (good_) cut_ = cut;
    good_ = false;
  }

 private:
  /// The length of the escape that `text` begins with.
  std::size_t escape(std::string_view text) {
    if (text.size() > 1 && std::string_view{"\"\\bfnrt"}.find(text[1]) != std::string_view::npos) return 2;
    for (std::size_t i = 1; i < text.size(); ++i) {
      const bool fits = i == 5   ? is_hexadecimal(text[i])
                        : i == 4 ? text[i] == '0' || text[i] == '1'
                                 : text[i] == "\\u00"[i];
      if (!fits) stop(false);
    }
    return 6;
  }

  std::string_view rest_;
  bool good_ = true;
  bool cut_ = false;
};

std::uint64_t value_of(std::string_view number) {
  std::uint64_t value = 0;
  std::from_chars(number.data(), number.data() + number.size(), value);
  return value;
}

template <std::size_t Size>
std::array<unsigned char, Size> bytes(std::string_view digits) {
  std::array<unsigned char, Size> result{};
  for (std::size_t i = 0; i < Size; ++i) {
    result[i] = static_cast<unsigned char>(std::stoi(std::string{digits.substr(2 * i, 2)}, nullptr, 16));
  }
  return result;
}

/// Hexadecimal fields are kept as text: they are compared, and signed, in that form.
struct Head {
  std::vector<std::string> leaves;
  std::string previous, root, signature, time;
  std::uint64_t size = 0;

  [[nodiscard]] std::string json() const {
    return R"({"previous":")" + previous + R"(","root":")" + root + R"(","signature":")" + signature + R"(","size":)" +
           std::to_string(size) + R"(,"time":")" + time + R"("})";
  }
  [[nodiscard]] std::string signed_text() const {
    return "regard-tree-head-v1\n" + std::to_string(size) + '\n' + root + '\n' + time + '\n' + previous + '\n';
  }
  [[nodiscard]] std::string name() const { return "the head of size " + std::to_string(size); }
};

void read_fields(Scanner& scanner, Head& head) {
  scanner.skip("\"previous\":\"");
  head.previous = scanner.digits(64);
  scanner.skip("\",\"root\":\"");
  head.root = scanner.digits(64);
  scanner.skip("\",\"signature\":\"");
  head.signature = scanner.digits(128);
  scanner.skip("\",\"size\":");
  head.size = value_of(scanner.number());
  scanner.skip(",\"time\":\"");
  head.time = scanner.take(24);  // signed as it stands, so it need not be understood
  scanner.skip("\"}");
}

constexpr std::string_view head_begins = "{\"head\":";
constexpr std::size_t largest_batch = 1024;
constexpr std::size_t largest_entry = std::size_t{64} << 10;
/// A batch of the largest entries with their line breaks, and its head: 64 digits, two quotes and a comma for each.
constexpr std::uint64_t largest_unfinished = largest_batch * (largest_entry + 1) + largest_batch * 67 + 1024;

std::optional<Head> head_of(std::string_view line) {
  Head head;
  Scanner scanner{line};
  scanner.skip(head_begins);
  scanner.skip("{\"leaves\":[");
  while (scanner.good() && scanner.accept(head.leaves.empty() ? "\"" : ",\"")) {
    head.leaves.emplace_back(scanner.digits(64));
    scanner.skip("\"");
  }
  scanner.skip("],");
  read_fields(scanner, head);
  scanner.skip("}");
  if (!scanner.good_at_end()) return std::nullopt;
  return head;
}

class Key {
 public:
  explicit Key(const std::array<unsigned char, 32>& raw)
      : key_{EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw.data(), raw.size()), EVP_PKEY_free} {
    if (!key_) throw Trouble{"the public key is not one of Ed25519"};
  }
  [[nodiscard]] bool signed_by(const Head& head) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
    demand(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()));
    const auto signature = bytes<64>(head.signature);
    const std::string text = head.signed_text();
    return EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                            reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
  }

 private:
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

std::string entry_name(std::uint64_t index) { return "entry " + std::to_string(index); }

/// What a text is to the line that should stand in its place: `cut` when the line may begin so.
enum class Form { wrong, cut, whole };

/// An entry is one flat object with sorted keys, whose values are strings or whole numbers; "index" must be `index`.
Form form_of_entry(std::string_view line, std::uint64_t index) {
  if (line.size() > largest_entry || line.starts_with(head_begins)) return Form::wrong;
  Scanner scanner{line};
  bool has_index = false;
  std::string_view last_key;
  scanner.skip("{");
  for (bool first = true; scanner.good() && (first || scanner.accept(",")); first = false) {
    const std::string_view key = scanner.string();
    if (key <= last_key) scanner.stop(false);
    last_key = key;
    scanner.skip(":");
    if (scanner.at_quote()) {
      scanner.string();
      continue;
    }
    const std::string_view number = scanner.number();
    if (!scanner.good() || key != "index") continue;
    const std::string expected = std::to_string(index);
    if (scanner.at_end() ? !expected.starts_with(number) : number != expected) return Form::wrong;
    has_index = true;
  }
  scanner.skip("}");
  if (scanner.cut()) return Form::cut;
  return scanner.good_at_end() && has_index ? Form::whole : Form::wrong;
}

/// Of a line that has no line break, as the head that closes a batch of `leaves`.
Form form_of_head(std::string_view line, std::size_t leaves, std::uint64_t size) {
  Scanner scanner{line};
  scanner.skip(head_begins);
  scanner.skip("{\"leaves\":[");
  for (std::size_t i = 0; i < leaves; ++i) {
    scanner.skip(i == 0 ? "\"" : ",\"");
    scanner.digits(64);
    scanner.skip("\"");
  }
  scanner.skip("],\"previous\":\"");
  scanner.digits(64);
  scanner.skip("\",\"root\":\"");
  scanner.digits(64);
  scanner.skip("\",\"signature\":\"");
  scanner.digits(128);
  scanner.skip("\",\"size\":" + std::to_string(size) + ",\"time\":\"");
  scanner.time();
  scanner.skip("\"}}");
  if (scanner.cut()) return Form::cut;
  return scanner.good_at_end() ? Form::whole : Form::wrong;
}

/// Everything up to the last head, in order. Heads are chained, so the last signature vouches for all; with `every`
/// each is checked, to find the first that is wrong.
class Check {
 public:
  Check(const Key& key, bool every, const std::optional<Head>& old) : key_{key}, every_{every}, old_{old} {
    if (old_ && old_->size == 0) old_root_ = hex(tree_.root(sha_));
  }

  void take(std::string_view line, std::uint64_t end) {
    if (line.starts_with(head_begins)) {
      take_head(line);
      end_ = end;
      return;
    }
    const std::uint64_t index = tree_.size() + pending_.size();
    if (pending_.size() == largest_batch) throw Wrong{entry_name(index) + " should be a head"};
    if (form_of_entry(line, index) != Form::whole)
      throw Wrong{entry_name(index) + " was changed: it does not say that it is this entry"};
    pending_.push_back(sha_.leaf(line));
  }

  void finish(std::string_view rest, std::uint64_t size) {
    unfinished_ = size - end_;
    if (unfinished_ > largest_unfinished) throw Wrong{entry_name(tree_.size()) + " and on: too much without a head"};
    const std::uint64_t index = tree_.size() + pending_.size();
    const std::string_view text = rest.substr(0, rest.find_last_not_of('\0') + 1);  // a power cut may leave zeros
    const bool entry = pending_.size() < largest_batch && form_of_entry(text, index) != Form::wrong;
    const Form head = pending_.empty() ? Form::wrong : form_of_head(text, pending_.size(), index);
    // A whole head with zeros after it: somebody may have been told of it.
    if (!text.empty() && !entry && head != Form::cut && (head == Form::wrong || text.size() < rest.size())) {
      throw Wrong{"the end of the file is not what a crash leaves: there, " + entry_name(index) +
                  " or the head of size " + std::to_string(index) + " was changed"};
    }
    if (head_ && !key_.signed_by(*head_)) throw Wrong{head_->name() + " is not signed by this key"};
    if (!old_) return;
    if (old_->size > tree_.size()) {
      throw Wrong{"from " + entry_name(tree_.size()) + " on entries were removed: " + old_->name() +
                  " vouches for them"};
    }
    if (old_root_ != old_->root) throw Wrong{"an entry before " + std::to_string(old_->size) + " was replaced"};
  }

  void report() const {
    std::cout << "right: " << tree_.size() << " entries";
    if (head_) std::cout << ", root " << head_->root << ", signed " << head_->time;
    std::cout << '\n';
    if (unfinished_ == 0) return;
    std::cout << "after it " << unfinished_ << " bytes that no head vouches for: a crash cut them short\n";
  }

 private:
  void take_head(std::string_view line) {
    const std::uint64_t size = tree_.size() + pending_.size();
    const std::string name = "the head of size " + std::to_string(size);
    auto head = head_of(line);
    if (!head) throw Wrong{name + " was changed: it is not in the form that Regard writes"};
    if (pending_.empty() || head->leaves.size() != pending_.size() || head->size != size) {
      throw Wrong{name + " does not fit the entries before it"};
    }
    const std::string link = head_ ? hex(sha_(head_->json())) : std::string(64, '0');
    if (head->previous != link) {
      const bool older = head_ && !key_.signed_by(*head_);
      throw Wrong{(older ? head_->name() : name) + " was changed: it is not linked with its neighbour"};
    }
    append(*head);
    const std::string root = hex(tree_.root(sha_));
    if (wrong_leaf_) {
      throw Wrong{root == head->root ? name + " was changed: it lists a wrong leaf for " + entry_name(*wrong_leaf_)
                                     : entry_name(*wrong_leaf_) + " was changed: its hash is not the one in " + name};
    }
    if (root != head->root) throw Wrong{name + " was changed: its root is not that of the entries"};
    if (every_ && !key_.signed_by(*head)) {
      throw Wrong{name + " is not signed by this key: it, or an entry from " + entry_name(size - head->leaves.size()) +
                  " on, was changed, or the key is another log's"};
    }
    pending_.clear();
    head_ = std::move(head);
  }

  void append(const Head& head) {
    for (std::size_t i = 0; i < pending_.size(); ++i) {
      if (!wrong_leaf_ && hex(pending_[i]) != head.leaves[i]) wrong_leaf_ = tree_.size();
      tree_.append(sha_, pending_[i]);
      if (old_ && tree_.size() == old_->size) old_root_ = hex(tree_.root(sha_));
    }
  }

  const Key& key_;
  bool every_;
  std::optional<Head> old_;
  std::string old_root_;
  Sha256 sha_;
  Tree tree_;
  std::vector<Digest> pending_;
  std::optional<std::uint64_t> wrong_leaf_;
  std::optional<Head> head_;
  std::uint64_t end_ = 0;         ///< of the last head's line
  std::uint64_t unfinished_ = 0;  ///< bytes after it: a batch that a crash cut short
};

std::string file_text(const std::string& path) {
  std::ifstream stream{path, std::ios::binary};
  if (!stream) throw Trouble{path + " cannot be opened"};
  std::string text{std::istreambuf_iterator<char>{stream}, {}};
  if (stream.bad()) throw Trouble{path + " cannot be read"};
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

Check check(const std::string& path, const Key& key, bool every, const std::optional<Head>& old) {
  std::ifstream stream{path, std::ios::binary};
  if (!stream) throw Trouble{path + " cannot be opened"};
  Check check{key, every, old};
  std::string line;
  std::uint64_t offset = 0;
  while (std::getline(stream, line)) {
    offset += line.size();
    if (stream.eof()) break;  // what remains has no line break
    check.take(line, ++offset);
    line.clear();
  }
  if (stream.bad()) throw Trouble{path + " cannot be read"};
  check.finish(line, offset);
  return check;
}

/// A head on its own, as `regard log head --json` prints it.
Head head_from(Scanner& scanner) {
  Head head;
  scanner.skip("{");
  read_fields(scanner, head);
  return head;
}

/// That the tree of a later head begins with the tree of an earlier one: what `regard log prove --against` prints.
struct Extension {
  Head head, old;
  std::string key;
  std::vector<Digest> path;
};

std::optional<Extension> extension_from(std::string_view text) {
  Extension proof;
  Scanner scanner{text};
  scanner.skip("{\"head\":");
  proof.head = head_from(scanner);
  scanner.skip(",\"key\":\"");
  proof.key = scanner.digits(64);
  scanner.skip("\",\"old_head\":");
  proof.old = head_from(scanner);
  scanner.skip(",\"path\":[");
  while (scanner.good() && scanner.accept(proof.path.empty() ? "\"" : ",\"")) {
    const std::string_view digits = scanner.digits(64);
    if (scanner.good()) proof.path.push_back(bytes<32>(digits));
    scanner.skip("\"");
  }
  scanner.skip("]}");
  if (!scanner.good_at_end()) return std::nullopt;
  return proof;
}

/// RFC 9162 2.1.4.2, its steps in order.
bool is_proven(const Extension& proof) {
  const std::uint64_t first = proof.old.size;
  const std::uint64_t second = proof.head.size;
  Sha256 sha;
  if (first == second) return proof.path.empty() && proof.old.root == proof.head.root;
  if (first == 0) return proof.path.empty() && proof.old.root == hex(sha(""));
  if (first > second) return false;
  std::vector<Digest> path = proof.path;
  if ((first & (first - 1)) == 0) path.insert(path.begin(), bytes<32>(proof.old.root));
  if (path.empty()) return false;
  std::uint64_t node = first - 1;
  std::uint64_t last = second - 1;
  for (; node % 2 == 1; node /= 2) last /= 2;
  Digest old_root = path[0];
  Digest root = path[0];
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (last == 0) return false;
    if (node % 2 == 1 || node == last) {
      old_root = sha.node(path[i], old_root);
      root = sha.node(path[i], root);
      for (; node % 2 == 0 && node != 0; node /= 2) last /= 2;
    } else {
      root = sha.node(root, path[i]);
    }
    node /= 2;
    last /= 2;
  }
  return last == 0 && hex(old_root) == proof.old.root && hex(root) == proof.head.root;
}

void check_proof(const std::string& path, const Key& key, const std::string& key_file, const std::optional<Head>& old) {
  const auto proof = extension_from(file_text(path));
  if (!proof) throw Trouble{path + " is not a proof as \"regard log prove --against\" prints it"};
  if (proof->key != file_text(key_file)) throw Wrong{"the proof names another key"};
  for (const Head* head : {&proof->old, &proof->head}) {
    if (!key.signed_by(*head)) throw Wrong{head->name() + " is not signed by this key"};
  }
  if (old && old->signed_text() != proof->old.signed_text()) {
    throw Wrong{"the proof is about another head of size " + std::to_string(proof->old.size)};
  }
  if (!is_proven(*proof)) {
    throw Wrong{proof->head.name() + " does not extend that of size " + std::to_string(proof->old.size)};
  }
  std::cout << "right: " << proof->head.size << " entries, of which the first " << proof->old.size
            << " are those of the old head, root " << proof->head.root << ", signed " << proof->head.time << '\n';
}

Key key_from(const std::string& path) {
  const std::string digits = file_text(path);
  if (Scanner scanner{digits}; scanner.digits(64).empty() || !scanner.good_at_end()) {
    throw Trouble{path + " is not a public key: 64 hexadecimal digits"};
  }
  return Key{bytes<32>(digits)};
}

std::optional<Head> old_head_from(const std::string& path, const Key& key) {
  const std::string text = file_text(path);
  Scanner scanner{text};
  Head head = head_from(scanner);
  if (!scanner.good_at_end()) throw Trouble{path + " is not a head"};
  if (!key.signed_by(head)) throw Trouble{path + " is not signed by this key"};
  return head;
}

int run(std::vector<std::string> arguments) {
  const bool proof = !arguments.empty() && arguments[0] == "--proof";
  if (proof) arguments.erase(arguments.begin());
  if (arguments.size() != 2 && !(arguments.size() == 4 && arguments[2] == "--against")) {
    throw Trouble{"usage: regard-log-verify LOG|--proof PROOF.json PUBLIC_KEY_FILE [--against HEAD.json]"};
  }
  const Key key = key_from(arguments[1]);
  std::optional<Head> old;
  if (arguments.size() == 4) old = old_head_from(arguments[3], key);
  if (proof) {
    check_proof(arguments[0], key, arguments[1], old);
    return 0;
  }
  try {
    check(arguments[0], key, false, old).report();
  } catch (const Wrong&) {
    check(arguments[0], key, true, old);  // throws the same, unless it finds an earlier head that is not signed
    throw;
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  try {
    return run({words + 1, words + count});
  } catch (const Wrong& wrong) {
    std::cout << "WRONG: " << wrong.what() << '\n';
    return 1;
  } catch (const std::exception& trouble) {
    std::cerr << "regard-log-verify: " << trouble.what() << '\n';
    return 2;
  }
}
