#include <array>
#include <bit>

#include "events/transparency.h"

namespace regard::events {
namespace {

using crypto::Digest;

/// RFC 6962 2.1: the largest power of two smaller than `size`, which is at least 2.
std::uint64_t split_of(std::uint64_t size) { return std::bit_floor(size - 1); }

bool is_right_child(std::uint64_t index) { return index % 2 == 1; }

}  // namespace

Digest leaf_hash(std::string_view entry) {
  static constexpr std::array<std::uint8_t, 1> prefix{0x00};
  const std::array<crypto::BytesView, 2> parts{prefix, crypto::bytes_of(entry)};
  return crypto::sha256(parts);
}

Digest node_hash(const Digest& left, const Digest& right) {
  static constexpr std::array<std::uint8_t, 1> prefix{0x01};
  const std::array<crypto::BytesView, 3> parts{prefix, left, right};
  return crypto::sha256(parts);
}

void MerkleTree::append(const Digest& leaf) {
  leaves_.push_back(leaf);
  std::uint64_t index = leaves_.size() - 1;
  for (std::size_t level = 0; is_right_child(index); ++level, index /= 2) {
    if (levels_.size() == level) levels_.emplace_back();
    levels_[level].push_back(node_hash(node(level, index - 1), node(level, index)));
  }
}

void MerkleTree::truncate(std::uint64_t size) {
  CHECK(size <= leaves_.size());
  leaves_.resize(size);
  for (std::size_t level = 0; level < levels_.size(); ++level) levels_[level].resize(size >> (level + 1));
}

/// The root of the complete subtree of 2^level leaves that is the index-th of its size.
const Digest& MerkleTree::node(std::size_t level, std::uint64_t index) const {
  return level == 0 ? leaves_[index] : levels_[level - 1][index];
}

/// Of the leaves [from, to), at least one; `from` is a multiple of the largest power of two that is <= to - from, as
/// it is wherever RFC 6962 splits.
Digest MerkleTree::root_of(std::uint64_t from, std::uint64_t to) const {
  const std::uint64_t size = to - from;
  if (std::has_single_bit(size)) {
    const auto level = static_cast<std::size_t>(std::countr_zero(size));
    return node(level, from >> level);
  }
  const std::uint64_t middle = from + split_of(size);
  return node_hash(root_of(from, middle), root_of(middle, to));
}

Digest MerkleTree::root() const { return root(size()); }

Digest MerkleTree::root(std::uint64_t size) const {
  CHECK(size <= leaves_.size());
  return size == 0 ? crypto::sha256(crypto::BytesView{}) : root_of(0, size);
}

std::vector<Digest> MerkleTree::siblings(std::uint64_t index, std::uint64_t& from, std::uint64_t& to,
                                         std::uint64_t until) const {
  std::vector<Digest> path;
  while (to - from > 1 && to != until) {
    const std::uint64_t middle = from + split_of(to - from);
    if (index < middle) {
      path.push_back(root_of(middle, to));
      to = middle;
    } else {
      path.push_back(root_of(from, middle));
      from = middle;
    }
  }
  return path;
}

std::vector<Digest> MerkleTree::inclusion(std::uint64_t index, std::uint64_t size) const {
  CHECK(index < size && size <= leaves_.size());
  std::uint64_t from = 0;
  std::uint64_t to = size;
  const std::vector<Digest> path = siblings(index, from, to, 0);
  return {path.rbegin(), path.rend()};  // the RFC lists the deepest first
}

std::vector<Digest> MerkleTree::consistency(std::uint64_t old_size, std::uint64_t size) const {
  CHECK(old_size <= size && size <= leaves_.size());
  if (old_size == 0) return {};
  std::uint64_t from = 0;
  std::uint64_t to = size;
  std::vector<Digest> path = siblings(old_size - 1, from, to, old_size);
  // Whoever checks knows the old root itself; any other old subtree must be told.
  if (from != 0) path.push_back(root_of(from, to));
  return {path.rbegin(), path.rend()};
}

namespace {

/// RFC 9162 2.1.3.2 and 2.1.4.2 climb in one way from `node` of a level whose last is `last`: `left` takes a sibling
/// that stands before, `right` one that stands behind. Whether the proof ends at the root.
template <typename Left, typename Right>
bool climb(std::uint64_t node, std::uint64_t last, std::span<const Digest> proof, Left left, Right right) {
  for (const Digest& sibling : proof) {
    if (last == 0) return false;
    if (is_right_child(node) || node == last) {
      left(sibling);
      while (node != 0 && !is_right_child(node)) {
        node /= 2;
        last /= 2;
      }
    } else {
      right(sibling);
    }
    node /= 2;
    last /= 2;
  }
  return last == 0;
}

}  // namespace

bool verify_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size, std::span<const Digest> proof,
                      const Digest& root) {
  if (index >= size) return false;
  Digest hash = leaf;
  return climb(
             index, size - 1, proof, [&](const Digest& sibling) { hash = node_hash(sibling, hash); },
             [&](const Digest& sibling) { hash = node_hash(hash, sibling); }) &&
         hash == root;
}

bool verify_consistency(std::uint64_t old_size, std::uint64_t size, const Digest& old_root, const Digest& root,
                        std::span<const Digest> proof) {
  if (old_size > size) return false;
  if (old_size == size) return proof.empty() && old_root == root;
  if (old_size == 0) return proof.empty() && old_root == crypto::sha256(crypto::BytesView{});
  std::vector<Digest> path{proof.begin(), proof.end()};
  if (std::has_single_bit(old_size)) path.insert(path.begin(), old_root);
  if (path.empty()) return false;
  std::uint64_t node = old_size - 1;
  std::uint64_t last = size - 1;
  while (is_right_child(node)) {
    node /= 2;
    last /= 2;
  }
  Digest old_hash = path.front();
  Digest hash = path.front();
  const auto left = [&](const Digest& sibling) {
    old_hash = node_hash(sibling, old_hash);
    hash = node_hash(sibling, hash);
  };
  const auto right = [&](const Digest& sibling) { hash = node_hash(hash, sibling); };
  return climb(node, last, std::span{path}.subspan(1), left, right) && old_hash == old_root && hash == root;
}

}  // namespace regard::events
