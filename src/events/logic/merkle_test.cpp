#include <gtest/gtest.h>

#include <bit>

#include "events/transparency.h"

namespace regard::events {
namespace {

using crypto::Digest;

Digest digest(std::string_view hex) {
  const auto bytes = crypto::from_hex(hex);
  Digest result{};
  EXPECT_TRUE(bytes && bytes->size() == result.size()) << hex;
  if (bytes && bytes->size() == result.size()) std::copy(bytes->begin(), bytes->end(), result.begin());
  return result;
}

std::vector<Digest> digests(const std::vector<std::string_view>& hex) {
  std::vector<Digest> result;
  for (const std::string_view one : hex) result.push_back(digest(one));
  return result;
}

// The reference tree of Certificate Transparency: github.com/google/certificate-transparency,
// cpp/merkletree/merkle_tree_test.cc, which RFC 6962's authors published with it.
const std::vector<std::string_view> reference_leaves{
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
const std::vector<std::string_view> reference_roots{"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                                    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                                    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                                    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                                    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                                    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                                    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

std::vector<std::string> reference_entries() {
  std::vector<std::string> entries;
  for (const std::string_view hex : reference_leaves) {
    const auto bytes = crypto::from_hex(hex).value();
    entries.emplace_back(bytes.begin(), bytes.end());
  }
  return entries;
}

MerkleTree reference_tree() {
  MerkleTree tree;
  for (const std::string& entry : reference_entries()) tree.append(leaf_hash(entry));
  return tree;
}

TEST(Merkle, has_the_published_roots) {
  EXPECT_EQ(MerkleTree{}.root(), digest("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
  MerkleTree tree;
  for (std::size_t i = 0; i < reference_roots.size(); ++i) {
    tree.append(leaf_hash(reference_entries()[i]));
    EXPECT_EQ(crypto::to_hex(tree.root()), reference_roots[i]) << i + 1 << " leaves";
  }
  for (std::size_t i = 0; i < reference_roots.size(); ++i) {
    EXPECT_EQ(crypto::to_hex(tree.root(i + 1)), reference_roots[i]) << i + 1 << " leaves, afterwards";
  }
}

TEST(Merkle, has_the_published_inclusion_proofs) {
  const MerkleTree tree = reference_tree();
  EXPECT_TRUE(tree.inclusion(0, 1).empty());
  EXPECT_EQ(tree.inclusion(0, 8), digests({"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                                           "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                                           "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}));
  EXPECT_EQ(tree.inclusion(5, 8), digests({"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                                           "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                                           "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}));
  EXPECT_EQ(tree.inclusion(2, 3), digests({"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}));
  EXPECT_EQ(tree.inclusion(1, 5), digests({"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                           "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                                           "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}));
}

TEST(Merkle, has_the_published_consistency_proofs) {
  const MerkleTree tree = reference_tree();
  EXPECT_TRUE(tree.consistency(1, 1).empty());
  EXPECT_EQ(tree.consistency(1, 8), digests({"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                                             "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                                             "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}));
  EXPECT_EQ(tree.consistency(6, 8), digests({"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                                             "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                                             "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}));
  EXPECT_EQ(tree.consistency(2, 5), digests({"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                                             "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}));
}

// RFC 6962 2.1, word for word: the slow oracle.
Digest brute_root(std::span<const Digest> leaves) {
  if (leaves.empty()) return crypto::sha256(crypto::BytesView{});
  if (leaves.size() == 1) return leaves.front();
  const std::size_t split = std::bit_floor(leaves.size() - 1);
  return node_hash(brute_root(leaves.first(split)), brute_root(leaves.subspan(split)));
}

// RFC 6962 2.1.1.
std::vector<Digest> brute_inclusion(std::size_t index, std::span<const Digest> leaves) {
  if (leaves.size() == 1) return {};
  const std::size_t split = std::bit_floor(leaves.size() - 1);
  const bool left = index < split;
  auto path =
      left ? brute_inclusion(index, leaves.first(split)) : brute_inclusion(index - split, leaves.subspan(split));
  path.push_back(brute_root(left ? leaves.subspan(split) : leaves.first(split)));
  return path;
}

// RFC 6962 2.1.2: SUBPROOF(m, D[n], b).
std::vector<Digest> brute_consistency(std::size_t old_size, std::span<const Digest> leaves, bool whole) {
  if (old_size == leaves.size()) return whole ? std::vector<Digest>{} : std::vector{brute_root(leaves)};
  const std::size_t split = std::bit_floor(leaves.size() - 1);
  const bool left = old_size <= split;
  auto path = left ? brute_consistency(old_size, leaves.first(split), whole)
                   : brute_consistency(old_size - split, leaves.subspan(split), false);
  path.push_back(brute_root(left ? leaves.subspan(split) : leaves.first(split)));
  return path;
}

constexpr std::size_t most = 70;

std::vector<Digest> many_leaves() {
  std::vector<Digest> leaves;
  for (std::size_t i = 0; i < most; ++i) leaves.push_back(leaf_hash("entry " + std::to_string(i)));
  return leaves;
}

TEST(Merkle, agrees_with_the_definition_for_every_size_up_to_70) {
  const std::vector<Digest> leaves = many_leaves();
  MerkleTree tree;
  for (const Digest& leaf : leaves) tree.append(leaf);
  for (std::size_t size = 1; size <= most; ++size) {
    const auto some = std::span{leaves}.first(size);
    const Digest root = brute_root(some);
    ASSERT_EQ(tree.root(size), root) << size;
    for (std::size_t i = 0; i < size; ++i) {
      const auto proof = tree.inclusion(i, size);
      ASSERT_EQ(proof, brute_inclusion(i, some)) << i << " of " << size;
      ASSERT_TRUE(verify_inclusion(leaves[i], i, size, proof, root)) << i << " of " << size;
    }
    for (std::size_t old = 1; old <= size; ++old) {
      const auto proof = tree.consistency(old, size);
      ASSERT_EQ(proof, brute_consistency(old, some, true)) << old << " of " << size;
      ASSERT_TRUE(verify_consistency(old, size, tree.root(old), root, proof)) << old << " of " << size;
    }
  }
}

TEST(Merkle, refuses_every_proof_with_one_thing_changed) {
  const std::vector<Digest> leaves = many_leaves();
  MerkleTree tree;
  for (const Digest& leaf : leaves) tree.append(leaf);
  const Digest other = leaf_hash("other");
  for (const std::size_t size : {1, 2, 7, 8, 33, 64, 70}) {
    const Digest root = tree.root(size);
    for (std::size_t i = 0; i < size; ++i) {
      auto proof = tree.inclusion(i, size);
      EXPECT_FALSE(verify_inclusion(other, i, size, proof, root));
      EXPECT_FALSE(verify_inclusion(leaves[i], i, size, proof, other));
      EXPECT_FALSE(verify_inclusion(leaves[i], i + size, size, proof, root));
      EXPECT_EQ(verify_inclusion(leaves[i], (i + 1) % size, size, proof, root), size == 1) << i << " of " << size;
      proof.push_back(other);
      EXPECT_FALSE(verify_inclusion(leaves[i], i, size, proof, root)) << "too long";
      proof.pop_back();
      if (proof.empty()) continue;
      proof.back()[3] ^= 1;
      EXPECT_FALSE(verify_inclusion(leaves[i], i, size, proof, root));
      proof.pop_back();
      EXPECT_FALSE(verify_inclusion(leaves[i], i, size, proof, root)) << "too short";
    }
    for (std::size_t old = 1; old < size; ++old) {
      auto proof = tree.consistency(old, size);
      EXPECT_FALSE(verify_consistency(old, size, other, root, proof));
      EXPECT_FALSE(verify_consistency(old, size, tree.root(old), other, proof));
      EXPECT_FALSE(verify_consistency(size, old, root, tree.root(old), proof));
      proof.front()[0] ^= 0x80;
      EXPECT_FALSE(verify_consistency(old, size, tree.root(old), root, proof));
      proof.pop_back();
      EXPECT_FALSE(verify_consistency(old, size, tree.root(old), root, proof)) << "too short";
    }
  }
  EXPECT_FALSE(verify_consistency(0, 5, other, tree.root(5), {})) << "not the empty tree";
  EXPECT_TRUE(verify_consistency(0, 5, MerkleTree{}.root(), tree.root(5), {}));
}

TEST(Merkle, forgets_leaves_as_if_they_had_never_been) {
  const std::vector<Digest> leaves = many_leaves();
  for (std::size_t kept = 0; kept <= most; ++kept) {
    MerkleTree tree;
    for (const Digest& leaf : leaves) tree.append(leaf);
    tree.truncate(kept);
    EXPECT_EQ(tree.root(), brute_root(std::span{leaves}.first(kept)));
    for (std::size_t i = kept; i < most; ++i) tree.append(leaves[i]);
    EXPECT_EQ(tree.root(), brute_root(leaves));
  }
}

}  // namespace
}  // namespace regard::events
