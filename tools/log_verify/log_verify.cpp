// regard-log-verify: checks a transparency log of Regard with its public key alone. Nothing of Regard is used here, so
// that nobody has to trust it; the format is docs/transparency-log.md. Needs OpenSSL 3 for SHA-256 and Ed25519.
//
//   regard-log-verify LOG PUBLIC_KEY_FILE [--against HEAD.json]
//
// Exit status: 0 the log is right, 1 it is not (the first wrong entry or head is named), 2 it could not be looked at.
#include <openssl/evp.h>

#include <algorithm>
#include <array>
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
    if (!accept(expected)) good_ = false;
  }
  std::string_view take(std::size_t length) {
    if (rest_.size() < length) good_ = false;
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view digits(std::size_t length) {
    const std::string_view taken = take(length);
    if (taken.find_first_not_of("0123456789abcdef") != std::string_view::npos) good_ = false;
    return taken;
  }
  std::uint64_t number() {
    const std::string_view taken = take(std::min(rest_.find_first_not_of("0123456789"), std::size_t{19}));
    if (taken.empty() || (taken.size() > 1 && taken.front() == '0')) good_ = false;
    return good_ ? std::stoull(std::string{taken}) : 0;
  }
  /// In quotes, as it is written: with its escapes.
  std::string string() {
    skip("\"");
    std::size_t length = 0;
    while (length < rest_.size() && rest_[length] != '"' && static_cast<unsigned char>(rest_[length]) >= ' ') {
      length += rest_[length] == '\\' ? 2 : 1;
    }
    std::string text{take(length)};
    skip("\"");
    return text;
  }
  [[nodiscard]] bool at_quote() const { return rest_.starts_with('"'); }
  [[nodiscard]] bool good_at_end() const { return good_ && rest_.empty(); }
  [[nodiscard]] bool good() const { return good_; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

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
  head.size = scanner.number();
  scanner.skip(",\"time\":\"");
  head.time = scanner.take(24);  // signed as it stands, so it need not be understood
  scanner.skip("\"}");
}

constexpr std::string_view head_begins = "{\"head\":";
constexpr std::size_t largest_batch = 1024;
constexpr std::uint64_t largest_unfinished = 70ULL << 20;

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

/// An entry is one flat object with sorted keys, whose values are strings or whole numbers. Gives its "index".
std::optional<std::uint64_t> index_of(std::string_view line) {
  Scanner scanner{line};
  std::optional<std::uint64_t> index;
  std::string last_key;
  scanner.skip("{");
  for (bool first = true; scanner.good() && (first || scanner.accept(",")); first = false) {
    const std::string key = scanner.string();
    if (key <= last_key) return std::nullopt;
    last_key = key;
    scanner.skip(":");
    if (scanner.at_quote()) {
      scanner.string();
    } else {
      const std::uint64_t value = scanner.number();
      if (key == "index") index = value;
    }
  }
  scanner.skip("}");
  return scanner.good_at_end() ? index : std::nullopt;
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
    if (index_of(line) != index) throw Wrong{entry_name(index) + " was changed: it does not say that it is this entry"};
    pending_.push_back(sha_.leaf(line));
  }

  void finish(std::string_view rest, std::uint64_t size) {
    unfinished_ = size - end_;
    if (unfinished_ > largest_unfinished) throw Wrong{entry_name(tree_.size()) + " and on: too much without a head"};
    const std::uint64_t index = tree_.size() + pending_.size();
    const std::size_t whole = rest.starts_with(head_begins) ? rest.find("}}") : std::string_view::npos;
    if (whole != std::string_view::npos && rest.size() > whole + 2) {
      throw Wrong{"the end of the line of the head of size " + std::to_string(index) + " was changed"};
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

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() != 2 && !(arguments.size() == 4 && arguments[2] == "--against")) {
    throw Trouble{"usage: regard-log-verify LOG PUBLIC_KEY_FILE [--against HEAD.json]"};
  }
  const std::string digits = file_text(arguments[1]);
  if (Scanner scanner{digits}; scanner.digits(64).empty() || !scanner.good_at_end()) {
    throw Trouble{arguments[1] + " is not a public key: 64 hexadecimal digits"};
  }
  const Key key{bytes<32>(digits)};
  std::optional<Head> old;
  if (arguments.size() == 4) {
    const std::string text = file_text(arguments[3]);
    Scanner scanner{text};
    scanner.skip("{");
    read_fields(scanner, old.emplace());
    if (!scanner.good_at_end()) throw Trouble{arguments[3] + " is not a head"};
    if (!key.signed_by(*old)) throw Trouble{arguments[3] + " is not signed by this key"};
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
