#include <algorithm>

#include "events/logic/log_lines.h"

namespace regard::events {
namespace {

std::string entry_name(std::uint64_t index) { return "entry " + std::to_string(index); }
std::string head_name(std::uint64_t size) { return "the head of size " + std::to_string(size); }

}  // namespace

LogScan::LogScan(crypto::PublicKey key, Entries entries, Signatures signatures, std::string doing)
    : key_{key}, entries_{entries}, signatures_{signatures}, doing_{std::move(doing)} {}

tl::unexpected<Error> LogScan::fault(std::string cause) const {
  return fail(ErrorKind::corrupt, doing_, std::move(cause),
              "restore the file from a copy that verifies and keep this one as evidence");
}

Result<void> LogScan::take(std::string_view line, std::uint64_t offset) {
  if (!looks_like_head(line)) return take_entry(line, offset);
  if (auto taken = take_head(line); !taken) return taken;
  end_ = offset + line.size() + 1;
  return {};
}

Result<void> LogScan::take_entry(std::string_view line, std::uint64_t offset) {
  const std::uint64_t index = offsets_.size();
  if (line.size() > largest_entry) return fault(entry_name(index) + " is longer than any that Regard writes");
  if (pending() == largest_batch) return fault(entry_name(index) + " should be a head: no batch is that long");
  offsets_.push_back(offset);
  if (entries_ == Entries::skipped) return {};
  if (form_of_entry(line, index) != Form::whole) {
    return fault(entry_name(index) + " was changed: it does not say that it is this entry");
  }
  hashes_.push_back(leaf_hash(line));
  return {};
}

Result<void> LogScan::take_head(std::string_view line) {
  const auto parsed = head_line_from(line);
  if (!parsed) return fault(head_name(offsets_.size()) + " was changed: it is not in the form that Regard writes");
  const TreeHead& head = parsed->head;
  if (parsed->leaves.size() != pending() || parsed->leaves.empty() || head.size != offsets_.size()) {
    return fault(head_name(offsets_.size()) + " does not fit: it speaks of " + std::to_string(parsed->leaves.size()) +
                 " entries up to size " + std::to_string(head.size) + ", after " + std::to_string(pending()) +
                 " entries");
  }
  if (entries_ == Entries::hashed) {
    if (auto linked = check_link(head); !linked) return linked;
    if (auto same = compare_leaves(*parsed); !same) return same;
    link_ = link_of(*parsed);
  }
  for (const crypto::Digest& leaf : parsed->leaves) tree_.append(leaf);
  if (entries_ == Entries::hashed && tree_.root() != head.root) {
    return fault(head_name(head.size) + " was changed: its root is not that of the entries");
  }
  if (signatures_ == Signatures::every && !is_signed_by(head, key_)) {
    return fault(head_name(head.size) + " is not signed by this key: it, or an entry from " +
                 entry_name(head.size - parsed->leaves.size()) + " on, was changed, or the key is another log's");
  }
  hashes_.clear();
  head_ = head;
  return {};
}

/// Tells a changed entry from a changed list of leaves: the signed root agrees with only one of them.
Result<void> LogScan::compare_leaves(const HeadLine& line) const {
  const auto [wrong, listed] = std::mismatch(hashes_.begin(), hashes_.end(), line.leaves.begin());
  if (wrong == hashes_.end()) return {};
  MerkleTree tree = tree_;
  for (const crypto::Digest& hash : hashes_) tree.append(hash);
  if (tree.root() == line.head.root) {
    return fault(head_name(line.head.size) + " was changed: it lists a wrong leaf for " +
                 entry_name(tree_.size() + static_cast<std::uint64_t>(wrong - hashes_.begin())) + ", which is right");
  }
  return fault(entry_name(tree_.size() + static_cast<std::uint64_t>(wrong - hashes_.begin())) +
               " was changed: its hash is not the one in " + head_name(line.head.size));
}

Result<void> LogScan::check_link(const TreeHead& head) const {
  if (head.previous == link_) return {};
  // One of two was changed; the older one's signature tells which.
  const bool older = head_ && !is_signed_by(*head_, key_);
  return fault(head_name(older ? head_->size : head.size) + " was changed: it is not linked with " +
               (older ? head_name(head.size) + " after it" : "the one before it"));
}

Result<void> LogScan::judge_last_head() const {
  if (!head_) return {};
  if (tree_.root() != head_->root) {
    return fault("a head up to " + head_name(head_->size) + " was changed: its root is not that of the entries");
  }
  if (!is_signed_by(*head_, key_)) {
    return fault(head_name(head_->size) + " is not signed by this key: it was changed, or the key is another log's");
  }
  return {};
}

void LogScan::forget_unfinished() {
  offsets_.resize(tree_.size());
  hashes_.clear();
}

crypto::Digest LogScan::root_with(const std::vector<crypto::Digest>& leaves) {
  const std::uint64_t size = tree_.size();
  for (const crypto::Digest& leaf : leaves) tree_.append(leaf);
  const crypto::Digest root = tree_.root();
  tree_.truncate(size);
  return root;
}

}  // namespace regard::events
