// The lines of a log file: entries, and heads that close a batch of them. Format: docs/transparency-log.md. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/transparency.h"

namespace regard::events {

/// Bounds that keep a hostile file from costing memory. A batch is written with one fdatasync; 1,024 threads waiting at
/// one moment are more than Regard has.
inline constexpr std::size_t largest_entry = std::size_t{64} << 10;
inline constexpr std::size_t largest_batch = 1024;
inline constexpr std::size_t largest_head = largest_batch * 67 + 1024;  ///< 64 digits, two quotes, a comma each
inline constexpr std::size_t largest_line = std::max(largest_entry, largest_head);
inline constexpr std::size_t largest_tail = largest_batch * (largest_entry + 1) + largest_head;

/// The line that closes a batch: the leaves of its entries, by which a changed entry is told, and the head.
struct HeadLine {
  std::vector<crypto::Digest> leaves;
  TreeHead head;
  std::string_view fields;  ///< of a line that was read: what follows the leaves, in that line
};
/// {"head":{"leaves":[...],"previous":...,"root":...,"signature":...,"size":...,"time":...}}
[[nodiscard]] std::string to_line(const HeadLine& line);
/// Nothing unless `line` is, byte by byte, what `to_line` gives.
[[nodiscard]] std::optional<HeadLine> head_line_from(std::string_view line);
/// That of its head, from the text that was read: a third of the time of writing the head anew.
[[nodiscard]] crypto::Digest link_of(const HeadLine& line);
/// Whether a line claims to be a head; an entry never begins so, for "head" is none of its keys.
[[nodiscard]] bool looks_like_head(std::string_view line);

/// What a text is to the line that should stand in its place.
enum class Form {
  wrong,
  cut,    ///< the line may begin so
  whole,  ///< it may be the line, without its line break
};
/// Of entry `index`: one flat object of at most 64 KiB, its keys sorted, its values strings with escapes of the
/// kinds that RFC 8785 has or whole numbers below 2^64, of which "index" is the right one. Which keys there are is not
/// looked at, nor whether strings are UTF-8.
[[nodiscard]] Form form_of_entry(std::string_view text, std::uint64_t index);
/// Of the head of that size that closes a batch of `leaves`.
[[nodiscard]] Form form_of_head(std::string_view text, std::uint64_t leaves, std::uint64_t size);

/// Reads a log's lines in order and holds them against each other. Confined to one thread. After a fault it is of no
/// further use.
class LogScan {
 public:
  enum class Entries {
    skipped,  ///< opening: leaves are taken from the heads, the last of which counts; entries are held against them
              ///< when they are read
    hashed,   ///< checking: every entry is held against its leaf, every head against the entries and the head before
  };
  enum class Signatures {
    last,   ///< one is enough, because heads are chained
    every,  ///< to find the first that is wrong
  };
  /// `doing` begins every error.
  LogScan(crypto::PublicKey key, Entries entries, Signatures signatures, std::string doing);

  /// The next line, without its line break, and where in the file it begins. Errors: corrupt, naming entry or head.
  [[nodiscard]] Result<void> take(std::string_view line, std::uint64_t offset);
  /// Call when no more lines come: judges the last head's root and signature. Errors: corrupt.
  [[nodiscard]] Result<void> judge_last_head() const;
  /// Forgets entries after the last head.
  void forget_unfinished();

  /// Entries since the last head.
  [[nodiscard]] std::uint64_t pending() const { return offsets_.size() - tree_.size(); }
  /// Entries that a head vouches for.
  [[nodiscard]] const MerkleTree& tree() const { return tree_; }
  [[nodiscard]] const std::optional<TreeHead>& head() const { return head_; }
  /// Where the line of entry `index` begins.
  [[nodiscard]] std::uint64_t offset(std::uint64_t index) const { return offsets_[index]; }
  /// Where the last head's line ends; what follows is unfinished.
  [[nodiscard]] std::uint64_t end() const { return end_; }
  /// The root if `leaves` were appended.
  [[nodiscard]] crypto::Digest root_with(const std::vector<crypto::Digest>& leaves);
  /// What the next head must have as `previous`.
  [[nodiscard]] crypto::Digest link() const { return head_ ? link_of(*head_) : crypto::Digest{}; }

 private:
  [[nodiscard]] Result<void> take_entry(std::string_view line, std::uint64_t offset);
  [[nodiscard]] Result<void> take_head(std::string_view line);
  [[nodiscard]] Result<void> compare_leaves(const HeadLine& line) const;
  [[nodiscard]] Result<void> check_link(const TreeHead& head) const;
  [[nodiscard]] tl::unexpected<Error> fault(std::string cause) const;

  crypto::PublicKey key_;
  Entries entries_;
  Signatures signatures_;
  std::string doing_;
  MerkleTree tree_;
  std::vector<std::uint64_t> offsets_;
  std::vector<crypto::Digest> hashes_;  ///< of the entries since the last head, when they are hashed
  crypto::Digest link_{};               ///< of the last head, when entries are hashed
  std::optional<TreeHead> head_;
  std::uint64_t end_ = 0;
};

/// Whether what follows the last head is a batch that a crash cut short: whole entries numbered on from `next`, then at
/// most a part of an entry or of their head, then at most zeros, which some file systems leave after a power cut.
/// Errors: corrupt (it is something else, so dropping it could drop what somebody was told of).
[[nodiscard]] Result<void> judge_unfinished(std::string_view tail, std::uint64_t next, const std::string& doing);
/// The same of what follows the last line break, when `entries` whole ones up to `next` came before.
[[nodiscard]] Result<void> judge_cut_line(std::string_view rest, std::uint64_t entries, std::uint64_t next,
                                          const std::string& doing);

/// Proofs as JSON, fields as in docs/transparency-log.md.
[[nodiscard]] std::string inclusion_json(std::string_view entry, std::uint64_t index, const MerkleTree& tree,
                                         const TreeHead& head, const crypto::PublicKey& key);
[[nodiscard]] std::string extension_json(const TreeHead& old_head, const MerkleTree& tree, const TreeHead& head,
                                         const crypto::PublicKey& key);

}  // namespace regard::events
