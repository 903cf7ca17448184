// The transparency log: what recognition did, so that nobody can change it afterwards without being seen.
// A Merkle tree as RFC 6962 section 2 has it (SHA-256; leaves prefixed 0x00, nodes 0x01) over canonical JSON entries,
// with heads signed by Ed25519. The file's format: docs/transparency-log.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "consent/consent.h"
#include "core/core.h"
#include "crypto/crypto.h"

namespace regard::events {

/// One line of canonical JSON (keys sorted, no blanks; RFC 8785 for what occurs here), without the line break: what is
/// hashed. `index` is part of it.
[[nodiscard]] std::string to_json(const consent::Entry& entry, consent::EntryId index);

/// RFC 6962 2.1: of a leaf, of a node, of the empty tree.
[[nodiscard]] crypto::Digest leaf_hash(std::string_view entry);
[[nodiscard]] crypto::Digest node_hash(const crypto::Digest& left, const crypto::Digest& right);

/// A tree of which leaves are appended. Keeps all leaf hashes (32 bytes each). Value; confined to one thread.
class MerkleTree {
 public:
  void append(const crypto::Digest& leaf);
  [[nodiscard]] std::uint64_t size() const { return leaves_.size(); }
  [[nodiscard]] const crypto::Digest& leaf(std::uint64_t index) const { return leaves_[index]; }
  [[nodiscard]] crypto::Digest root() const;
  /// Of the first `size` leaves.
  [[nodiscard]] crypto::Digest root(std::uint64_t size) const;
  /// RFC 6962 2.1.1: that leaf `index` is in the tree of the first `size` leaves.
  [[nodiscard]] std::vector<crypto::Digest> inclusion(std::uint64_t index, std::uint64_t size) const;
  /// RFC 6962 2.1.2: that the tree of the first `old_size` leaves is a prefix of that of `size`.
  [[nodiscard]] std::vector<crypto::Digest> consistency(std::uint64_t old_size, std::uint64_t size) const;
  /// Forgets all leaves but the first `size`.
  void truncate(std::uint64_t size);

 private:
  [[nodiscard]] const crypto::Digest& node(std::size_t level, std::uint64_t index) const;
  [[nodiscard]] crypto::Digest root_of(std::uint64_t from, std::uint64_t to) const;
  /// Of the subtrees on the way from the leaves [from, to) down to `index`, or to a subtree that ends at `until`: what
  /// is left out, from the top. `from` and `to` become where the way ends.
  [[nodiscard]] std::vector<crypto::Digest> siblings(std::uint64_t index, std::uint64_t& from, std::uint64_t& to,
                                                     std::uint64_t until) const;

  std::vector<crypto::Digest> leaves_;
  std::vector<std::vector<crypto::Digest>> levels_;  ///< complete subtrees, so that roots and proofs are logarithmic
};

/// RFC 9162 2.1.3.2 and 2.1.4.2: check proofs without the tree.
[[nodiscard]] bool verify_inclusion(const crypto::Digest& leaf, std::uint64_t index, std::uint64_t size,
                                    std::span<const crypto::Digest> proof, const crypto::Digest& root);
[[nodiscard]] bool verify_consistency(std::uint64_t old_size, std::uint64_t size, const crypto::Digest& old_root,
                                      const crypto::Digest& root, std::span<const crypto::Digest> proof);

/// What the log's key vouches for.
struct TreeHead {
  std::uint64_t size = 0;
  crypto::Digest root{};
  Timestamp time;  ///< whole milliseconds: that is what is signed and written
  /// `link_of` the head before it, zeros for the first: the last signature thereby vouches for every older head, so a
  /// log of a million heads is checked with one signature (20 to 60 us each) instead of a million.
  crypto::Digest previous{};
  crypto::Signature signature{};
  friend bool operator==(const TreeHead&, const TreeHead&) = default;
};
/// What is signed: "regard-tree-head-v1\n<size>\n<root hex>\n<time RFC 3339>\n<previous hex>\n".
[[nodiscard]] std::string signed_text(const TreeHead& head);
/// Signs `head`, whose other fields are set.
[[nodiscard]] TreeHead sign(TreeHead head, const crypto::SigningKey& key);
[[nodiscard]] bool is_signed_by(const TreeHead& head, const crypto::PublicKey& key);
/// What the next head's `previous` is: SHA-256 of the head's JSON.
[[nodiscard]] crypto::Digest link_of(const TreeHead& head);
/// One line of canonical JSON: previous, root, signature (hexadecimal), size, time.
[[nodiscard]] std::string to_json(const TreeHead& head);
/// Errors: invalid_input.
[[nodiscard]] Result<TreeHead> tree_head_from(std::string_view json);

/// What a check of a whole log found.
struct LogCheck {
  std::uint64_t entries = 0;
  std::optional<TreeHead> head;  ///< the last
  /// After the last head: entries that a crash cut short, which nobody was told of and no head vouches for. They are
  /// not part of the log; the next `open` drops them.
  std::uint64_t unfinished_bytes = 0;
};

/// The log of one installation: one file, appended by any process that holds its lock. Internally locked: any thread.
class TransparencyLog final : public consent::Ledger {
 public:
  /// Makes the file when absent. A last line that a crash cut short, which nobody was told of, is dropped. Errors:
  /// corrupt (naming the entry), unavailable (disk), denied (read-only).
  [[nodiscard]] static Result<std::unique_ptr<TransparencyLog>> open(const std::filesystem::path& file,
                                                                     crypto::SigningKey key, const Clock& clock);
  ~TransparencyLog() override;

  /// Durable when it returns: one fsync for all entries that wait at that moment. Errors: unavailable (disk; nothing
  /// was appended, a later call may succeed), corrupt (another hand changed the file: nothing is appended any more),
  /// invalid_input (more than 64 KiB of JSON).
  [[nodiscard]] Result<consent::EntryId> append(const consent::Entry& entry) override;

  [[nodiscard]] Result<TreeHead> head();
  [[nodiscard]] const crypto::PublicKey& public_key() const;
  /// Canonical JSON of one entry. Errors: not_found.
  [[nodiscard]] Result<std::string> entry(consent::EntryId id);
  /// Calls `take` with each entry of [from, to) in order, as far as there are any. Errors: corrupt (an entry is not the
  /// one that was signed).
  [[nodiscard]] Result<void> read(std::uint64_t from, std::uint64_t to,
                                  const std::function<void(consent::EntryId, std::string_view)>& take);
  /// A proof that one entry is in the tree of `head`, as one JSON object (entry, index, size, root, path, head, key).
  [[nodiscard]] Result<std::string> prove(consent::EntryId id);
  /// A proof that the tree of `old_head` is a prefix of the present one. Errors: invalid_input (it is not).
  [[nodiscard]] Result<std::string> prove_extension(const TreeHead& old_head);

 private:
  struct State;
  explicit TransparencyLog(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Checks a log file with the public key alone: every entry's hash, every head's root and signature, and, when given,
/// that `old_head` is one of its past. Errors: corrupt, naming the first entry or head that is wrong.
[[nodiscard]] Result<LogCheck> verify_log(const std::filesystem::path& file, const crypto::PublicKey& key,
                                          const std::optional<TreeHead>& old_head = {});

}  // namespace regard::events
