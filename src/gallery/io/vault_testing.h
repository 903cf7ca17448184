// What the vault's tests stand on: rows in memory, and an embedder whose "network" reads the brightness of 256 patches,
// so that a test decides what a face looks like. Templates still come from FaceEmbedder under a permit, as always.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "consent_memory.h"
#include "gallery/gallery.h"
#include "infer/importers.h"

namespace regard::gallery::testing {

/// Rows in a vector with a revision each. Locked.
class MemoryRows final : public Rows {
 public:
  Result<std::optional<GallerySecret>> secret(const consent::GalleryName& gallery) override {
    const std::scoped_lock lock{mutex};
    const auto at = secrets.find(gallery);
    return at == secrets.end() ? std::optional<GallerySecret>{} : std::optional{at->second};
  }
  Result<void> create_secret(const consent::GalleryName& gallery, const GallerySecret& secret) override {
    const std::scoped_lock lock{mutex};
    if (secrets.try_emplace(gallery, secret).second) return {};
    return fail(ErrorKind::invalid_input, "creating a secret", "there is one", "choose another name");
  }
  Result<void> change_secret(const consent::GalleryName& gallery, const GallerySecret& read,
                             const GallerySecret& secret) override {
    run_once(before_change);
    const std::scoped_lock lock{mutex};
    if (secrets[gallery] != read) return meanwhile();
    secrets[gallery] = secret;
    return {};
  }
  Result<std::optional<crypto::Bytes>> wrapped_key(const consent::SubjectId& subject) override {
    run_once(before_key);
    const std::scoped_lock lock{mutex};
    const auto at = keys.find(subject);
    return at == keys.end() ? std::optional<crypto::Bytes>{} : std::optional{at->second};
  }
  Result<void> add(const consent::SubjectId& subject, const crypto::Bytes& wrapped, const crypto::Bytes& seed,
                   std::span<const SealedTemplate> added) override {
    run_once(before_add);
    const std::scoped_lock lock{mutex};
    if (secrets[added.front().gallery].sealed_seed != seed) return meanwhile();
    if (keys.contains(subject) && keys[subject] != wrapped) return meanwhile();
    if (erased.contains(subject)) return fail(ErrorKind::denied, "enrolling", "the subject was erased", "add it again");
    keys.try_emplace(subject, wrapped);
    ++revision;
    for (const SealedTemplate& row : added) {
      stored.push_back({{row, keys[subject], Timestamp{}, Timestamp::max(), 0}, revision});
      stored.back().row.sealed.row = ++last_row;
    }
    return {};
  }
  Result<void> replace(const consent::GalleryName& gallery, const GallerySecret& read, const GallerySecret& secret,
                       std::span<const SealedTemplate> renewed) override {
    run_once(before_replace);
    const std::scoped_lock lock{mutex};
    const auto there = std::ranges::count(stored, gallery, [](const Stored& one) { return one.row.sealed.gallery; });
    if (secrets[gallery] != read || static_cast<std::size_t>(there) != renewed.size()) return meanwhile();
    ++revision;
    for (const SealedTemplate& row : renewed) {
      for (Stored& old : stored) {
        if (old.row.sealed.row != row.row) continue;
        old.row.sealed.sealed = row.sealed;
        old.row.sealed.version = row.version;
        old.revision = revision;
      }
    }
    secrets[gallery] = secret;
    return {};
  }
  Result<std::optional<GallerySecret>> renewal(const consent::GalleryName& gallery) override {
    const std::scoped_lock lock{mutex};
    const auto at = renewals.find(gallery);
    return at == renewals.end() ? std::optional<GallerySecret>{} : std::optional{at->second};
  }
  Result<void> begin_renewal(const consent::GalleryName& gallery, const GallerySecret& secret) override {
    const std::scoped_lock lock{mutex};
    renewals[gallery] = secret;
    renewed_rows.clear();
    return {};
  }
  Result<std::vector<RenewableRow>> renewable(const consent::GalleryName& gallery) override {
    const std::scoped_lock lock{mutex};
    std::vector<RenewableRow> all;
    for (const Stored& one : stored) {
      const SealedTemplate& row = one.row.sealed;
      if (row.gallery == gallery)
        all.push_back({row.row, row.subject, !row.sealed_image.empty(), renewed_rows.contains(row.row)});
    }
    return all;
  }
  Result<void> add_renewed(const consent::GalleryName& gallery, const crypto::Bytes& seed,
                           std::span<const SealedTemplate> renewed) override {
    const std::scoped_lock lock{mutex};
    if (renewals[gallery].sealed_seed != seed) return meanwhile();
    for (const SealedTemplate& row : renewed) renewed_rows.emplace(row.row, row.sealed);
    return {};
  }
  Result<std::uint64_t> finish_renewal(const consent::GalleryName& gallery, const GallerySecret& read,
                                       const crypto::Bytes& seed) override {
    const std::scoped_lock lock{mutex};
    if (secrets[gallery] != read || renewals[gallery].sealed_seed != seed) return meanwhile();
    for (const Stored& one : stored) {
      if (one.row.sealed.gallery == gallery && !renewed_rows.contains(one.row.sealed.row)) return meanwhile();
    }
    ++revision;
    std::uint64_t count = 0;
    for (Stored& one : stored) {
      if (one.row.sealed.gallery != gallery) continue;
      one.row.sealed.sealed = renewed_rows[one.row.sealed.row];
      one.row.sealed.version = renewals[gallery].version;
      one.revision = revision;
      ++count;
    }
    secrets[gallery] = renewals[gallery];
    renewals.erase(gallery);
    renewed_rows.clear();
    return count;
  }
  Result<RowChanges> changes(const consent::GalleryName& gallery, std::uint64_t since) override {
    const std::scoped_lock lock{mutex};
    looked_through += revision - since;
    RowChanges all{revision, {}, {}};
    for (const Stored& one : stored) {
      if (one.revision > since && one.row.sealed.gallery == gallery) all.put.push_back(one.row);
    }
    for (const auto& [row, at] : removals) {
      if (at > since && since > 0) all.removed.push_back(row);
    }
    return all;
  }
  Result<std::optional<SealedTemplate>> row(const consent::GalleryName& gallery, std::uint64_t row) override {
    run_once(before_row);
    const std::scoped_lock lock{mutex};
    if (failing) return fail(ErrorKind::unavailable, "reading a row", "the disk is gone", "try again");
    for (const Stored& one : stored) {
      if (one.row.sealed.row == row && one.row.sealed.gallery == gallery) return one.row.sealed;
    }
    return std::nullopt;
  }
  Result<std::vector<SealedTemplate>> rows(const consent::GalleryName& gallery,
                                           const consent::SubjectId& subject) override {
    const std::scoped_lock lock{mutex};
    std::vector<SealedTemplate> all;
    for (const Stored& one : stored) {
      if (one.row.sealed.gallery == gallery && one.row.sealed.subject == subject) all.push_back(one.row.sealed);
    }
    return all;
  }
  Result<std::vector<consent::GalleryName>> with_secret() override {
    const std::scoped_lock lock{mutex};
    std::vector<consent::GalleryName> names;
    for (const auto& [name, secret] : secrets) names.push_back(name);
    return names;
  }
  Result<std::vector<Confusion>> confusions(const consent::GalleryName&) override {
    const std::scoped_lock lock{mutex};
    return confused;
  }
  Result<void> put_confusion(const consent::GalleryName&, const Confusion& confusion) override {
    const std::scoped_lock lock{mutex};
    std::erase_if(confused,
                  [&](const Confusion& c) { return c.claimed == confusion.claimed && c.truly == confusion.truly; });
    confused.push_back(confusion);
    return {};
  }
  Result<void> put_offset(const consent::GalleryName&, const consent::SubjectId& subject, float offset) override {
    touch(subject, [&](SearchableRow& row) { row.offset = offset; });
    return {};
  }

  void erase(const consent::SubjectId& subject) {
    const std::scoped_lock lock{mutex};
    ++revision;
    for (const Stored& one : stored) {
      if (one.row.sealed.subject == subject) removals[one.row.sealed.row] = revision;
    }
    std::erase_if(stored, [&](const Stored& one) { return one.row.sealed.subject == subject; });
    keys.erase(subject);
    erased.insert(subject);
  }
  template <typename Change>
  void touch(const consent::SubjectId& subject, Change change) {
    const std::scoped_lock lock{mutex};
    ++revision;
    for (Stored& one : stored) {
      if (one.row.sealed.subject != subject) continue;
      change(one.row);
      one.revision = revision;
    }
  }

  struct Stored {
    SearchableRow row;
    std::uint64_t revision = 0;
  };
  // What another process does at the worst moment: run once, before the lock is taken.
  std::function<void()> before_row;
  std::function<void()> before_key;
  std::function<void()> before_add;
  std::function<void()> before_change;
  std::function<void()> before_replace;

  std::mutex mutex;
  std::map<consent::GalleryName, GallerySecret> secrets;
  std::map<consent::GalleryName, GallerySecret> renewals;
  std::map<std::uint64_t, crypto::Bytes> renewed_rows;
  std::map<consent::SubjectId, crypto::Bytes> keys;
  std::vector<Stored> stored;
  std::map<std::uint64_t, std::uint64_t> removals;
  std::set<consent::SubjectId> erased;
  std::vector<Confusion> confused;
  std::uint64_t revision = 0;
  std::uint64_t last_row = 0;
  bool failing = false;              ///< `row` cannot be read
  std::uint64_t looked_through = 0;  ///< revisions that `changes` was asked to look through

 private:
  static void run_once(std::function<void()>& hook) {
    if (hook) std::exchange(hook, nullptr)();
  }
  static tl::unexpected<Error> meanwhile() {
    return fail(ErrorKind::unavailable, "changing rows", "somebody else did meanwhile", "try again");
  }
};

/// Sixteen by sixteen values that a face is made of.
using Face = std::array<float, 256>;

inline Face random_face(std::mt19937& random) {
  std::normal_distribution<float> normal;
  Face face{};
  for (float& value : face) value = normal(random);
  return face;
}

/// Another picture of the same person, or somebody else who looks like them: `likeness` is about the cosine.
inline Face like(std::mt19937& random, const Face& face, float likeness) {
  Face other = random_face(random);
  for (std::size_t i = 0; i < face.size(); ++i)
    other[i] = likeness * face[i] + std::sqrt(1 - likeness * likeness) * other[i];
  return other;
}

/// 128 x 128 pixels in patches of 8 x 8.
inline std::shared_ptr<const capture::Picture> picture_of(const Face& face) {
  BgrImage pixels{{128, 128}};
  for (int y = 0; y < 128; ++y) {
    for (int x = 0; x < 128; ++x) {
      const float value = 127.5F + 30 * face[static_cast<std::size_t>(y / 8 * 16 + x / 8)];
      std::fill_n(pixels.at(x, y), 3, static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L)));
    }
  }
  return capture::make_picture(std::move(pixels));
}

/// Where face-reidentification-retail-0095 wants the five points, so that nothing is turned or scaled.
inline FacePoints points() {
  const auto at = [](float x, float y) { return PixelPoint{128 * x, 128 * y}; };
  return {at(.31556875F, .46157411F), at(.68262292F, .46157411F), at(.50026250F, .64050536F),
          at(.34947188F, .82469196F), at(.65343646F, .82469196F)};
}

/// Mean of each patch, less 127.5: [1,3,128,128] to [1,256,1,1].
inline std::shared_ptr<const infer::Model> patch_network() {
  std::vector<float> weights(3 * 8 * 8, 1.0F / 192);
  weights.push_back(127.5F);
  std::vector<std::uint8_t> bin(weights.size() * sizeof(float));
  std::memcpy(bin.data(), weights.data(), bin.size());
  const std::array<std::int64_t, 4> shape{1, 256, 1, 1};
  bin.insert(bin.end(), reinterpret_cast<const std::uint8_t*>(shape.data()),
             reinterpret_cast<const std::uint8_t*>(shape.data() + shape.size()));
  const std::string xml = R"(<?xml version="1.0"?><net name="patches" version="11"><layers>
<layer id="0" name="data" type="Parameter" version="opset1"><data shape="1,3,128,128" element_type="f32"/>
 <output><port id="0" precision="FP32"><dim>1</dim><dim>3</dim><dim>128</dim><dim>128</dim></port></output></layer>
<layer id="1" name="k" type="Const" version="opset1"><data element_type="f32" shape="1,3,8,8" offset="0" size="768"/>
 <output><port id="0" precision="FP32"><dim>1</dim><dim>3</dim><dim>8</dim><dim>8</dim></port></output></layer>
<layer id="2" name="c" type="Convolution" version="opset1">
 <data strides="8,8" dilations="1,1" pads_begin="0,0" pads_end="0,0" auto_pad="explicit"/>
 <input><port id="0"><dim>1</dim><dim>3</dim><dim>128</dim><dim>128</dim></port>
 <port id="1"><dim>1</dim><dim>3</dim><dim>8</dim><dim>8</dim></port></input>
 <output><port id="2" precision="FP32"><dim>1</dim><dim>1</dim><dim>16</dim><dim>16</dim></port></output></layer>
<layer id="3" name="m" type="Const" version="opset1"><data element_type="f32" shape="1" offset="768" size="4"/>
 <output><port id="0" precision="FP32"><dim>1</dim></port></output></layer>
<layer id="4" name="s" type="Subtract" version="opset1"><data auto_broadcast="numpy"/>
 <input><port id="0"><dim>1</dim><dim>1</dim><dim>16</dim><dim>16</dim></port><port id="1"><dim>1</dim></port></input>
 <output><port id="2" precision="FP32"><dim>1</dim><dim>1</dim><dim>16</dim><dim>16</dim></port></output></layer>
<layer id="5" name="p" type="Const" version="opset1"><data element_type="i64" shape="4" offset="772" size="32"/>
 <output><port id="0" precision="I64"><dim>4</dim></port></output></layer>
<layer id="6" name="r" type="Reshape" version="opset1"><data special_zero="true"/>
 <input><port id="0"><dim>1</dim><dim>1</dim><dim>16</dim><dim>16</dim></port><port id="1"><dim>4</dim></port></input>
 <output><port id="2" precision="FP32"><dim>1</dim><dim>256</dim><dim>1</dim><dim>1</dim></port></output></layer>
<layer id="7" name="out" type="Result" version="opset1">
 <input><port id="0"><dim>1</dim><dim>256</dim><dim>1</dim><dim>1</dim></port></input></layer>
</layers><edges>
<edge from-layer="0" from-port="0" to-layer="2" to-port="0"/><edge from-layer="1" from-port="0" to-layer="2" to-port="1"/>
<edge from-layer="2" from-port="2" to-layer="4" to-port="0"/><edge from-layer="3" from-port="0" to-layer="4" to-port="1"/>
<edge from-layer="4" from-port="2" to-layer="6" to-port="0"/><edge from-layer="5" from-port="0" to-layer="6" to-port="1"/>
<edge from-layer="6" from-port="2" to-layer="7" to-port="0"/></edges></net>)";
  const auto onnx = infer::import_openvino_ir(
      {"patches.xml", {reinterpret_cast<const std::uint8_t*>(xml.data()), xml.size()}}, {"patches.bin", bin});
  if (!onnx) {
    ADD_FAILURE() << onnx.error().message();
    return nullptr;
  }
  auto model = infer::Model::open(*onnx, "patches");
  if (!model) {
    ADD_FAILURE() << model.error().message();
    return nullptr;
  }
  return std::make_shared<const infer::Model>(std::move(*model));
}

}  // namespace regard::gallery::testing
