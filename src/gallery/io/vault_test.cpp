#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "gallery/gallery.h"
#include "gallery/io/keys.h"
#include "gallery/io/loaded_gallery.h"
#include "gallery/io/vault_testing.h"

namespace regard::gallery {
namespace {

using namespace std::chrono_literals;
using testing::Face;

constexpr Timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};
const consent::Actor clerk{"operator:clerk"};
const consent::GalleryName staff{"staff"};
const consent::GalleryName visitors{"visitors"};
const consent::ZoneName door{"door"};

/// People with consent, a gate, an embedder and a vault.
class VaultTest : public ::testing::Test {
 protected:
  VaultTest() {
    EXPECT_TRUE(registry.create(clerk, consent::Zone{door, {}}));
    for (const consent::GalleryName& name : {staff, visitors}) {
      EXPECT_TRUE(registry.create(clerk, consent::Gallery{name, consent::Purpose::access, {door}, 100, {}, start}));
      records.put_template({"person_before"}, name, start);  // or the gate says that there is nobody to compare with
    }
    vault = open(1);
    EXPECT_TRUE(vault->create(staff));
  }

  static crypto::SecretBytes master(std::uint8_t value) {
    crypto::SecretBytes key{crypto::key_size};
    std::ranges::fill(key.bytes(), value);
    return key;
  }
  std::unique_ptr<Vault> open(std::uint8_t key, const Vault::Options& options = {}) {
    auto opened = Vault::open(rows, master(key), clock, options);
    EXPECT_TRUE(opened) << opened.error().message();
    return opened ? std::move(*opened) : nullptr;
  }
  static embed::FaceEmbedder embedder(const Clock& clock, const std::string& name) {
    auto made = embed::FaceEmbedder::create({{network(), name, "0123456789abcdef"}}, clock);
    EXPECT_TRUE(made) << made.error().message();
    return std::move(*made);
  }
  static const std::shared_ptr<const infer::Model>& network() {
    static const std::shared_ptr<const infer::Model> shared = testing::patch_network();
    return shared;
  }

  consent::SubjectId person(const std::string& name) {
    const consent::SubjectId id{"person_" + name};
    EXPECT_TRUE(registry.add(clerk, {id, name, start}));
    EXPECT_TRUE(registry.grant(clerk, regard::testing::valid_consent("consent_" + name, id, start)));
    return id;
  }
  consent::EnrolPermit enrol_permit(const consent::SubjectId& subject, const consent::GalleryName& gallery = staff) {
    auto permit = gate.enrol({clerk, subject, gallery});
    EXPECT_TRUE(permit) << permit.error().message();
    return std::move(*permit);
  }
  consent::IdentifyPermit identify_permit(const consent::GalleryName& gallery = staff) {
    auto permit = gate.identify({clerk, gallery, door, {}});
    EXPECT_TRUE(permit) << permit.error().message();
    return std::move(*permit);
  }
  template <typename Permit>
  std::vector<embed::Template> templates(Permit& permit, const std::vector<Face>& faces) {
    return templates(permit, faces, faces_embedder);
  }
  template <typename Permit>
  static std::vector<embed::Template> templates(Permit& permit, const std::vector<Face>& faces,
                                                const embed::FaceEmbedder& with) {
    std::vector<embed::Template> made;
    for (const Face& face : faces) {
      auto one = with.embed(*testing::picture_of(face), testing::points(), permit);
      EXPECT_TRUE(one) << one.error().message();
      made.push_back(std::move(*one));
    }
    return made;
  }
  Result<Enrolment> enrol(const consent::SubjectId& subject, const std::vector<Face>& faces, EnrolOptions options = {},
                          const consent::GalleryName& gallery = staff) {
    consent::EnrolPermit permit = enrol_permit(subject, gallery);
    auto made = templates(permit, faces);
    records.put_template(subject, gallery, clock.now());
    return vault->enrol(std::move(permit), std::move(made), std::move(options));
  }
  Result<std::optional<Identity>> identify(Vault& at, const std::vector<Face>& faces,
                                           const consent::GalleryName& gallery = staff) {
    consent::IdentifyPermit permit = identify_permit(gallery);
    auto made = templates(permit, faces);
    return at.identify(std::move(permit), std::move(made));
  }
  std::string named(const Face& face) { return named(*vault, face); }
  std::string named(Vault& at, const Face& face) {
    const auto found = identify(at, {face});
    EXPECT_TRUE(found) << found.error().message();
    return found && *found ? (*found)->subject().value : "nobody";
  }
  Result<std::optional<Identity>> verify(const consent::SubjectId& claimed, const Face& face) {
    auto permit = gate.verify({clerk, claimed, staff});
    EXPECT_TRUE(permit) << permit.error().message();
    auto made = templates(*permit, {face});
    return vault->verify(std::move(*permit), std::move(made));
  }
  Face another() { return testing::random_face(random); }
  Face like(const Face& face, float likeness) { return testing::like(random, face, likeness); }

  std::mt19937 random{7};
  regard::testing::ManualClock clock{start};
  regard::testing::MemoryRecords records;
  regard::testing::MemoryLedger ledger;
  consent::Gate gate{records, ledger, clock};
  consent::Register registry{records, ledger, clock};
  testing::MemoryRows rows;
  embed::FaceEmbedder faces_embedder = embedder(clock, "patches");
  std::unique_ptr<Vault> vault;
};

TEST_F(VaultTest, names_those_who_are_enrolled_and_nobody_else) {
  const auto anna = person("anna");
  const auto bert = person("bert");
  const Face annas = another();
  const Face berts = another();
  const auto enrolled = enrol(anna, {annas, like(annas, .9F)});
  ASSERT_TRUE(enrolled) << enrolled.error().message();
  EXPECT_EQ(enrolled->templates, 2U);
  EXPECT_FALSE(enrolled->duplicate);
  ASSERT_TRUE(enrol(bert, {berts}));
  EXPECT_EQ(named(like(annas, .8F)), "person_anna");
  EXPECT_EQ(named(like(berts, .8F)), "person_bert");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(named(another()), "nobody");
}

TEST_F(VaultTest, an_identity_tells_the_permit_it_was_found_under) {
  const auto anna = person("anna");
  const Face face = another();
  ASSERT_TRUE(enrol(anna, {face}));
  consent::IdentifyPermit permit = identify_permit();
  const consent::EntryId entry = permit.entry();
  auto probes = templates(permit, {face});
  const auto found = vault->identify(std::move(permit), std::move(probes));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->entry(), entry);
  EXPECT_EQ((*found)->gallery(), staff);
  EXPECT_NEAR((*found)->score(), 1, 1e-3);
  EXPECT_GE((*found)->score(), (*found)->threshold());
  EXPECT_GE((*found)->margin(), Thresholds{}.margin);
}

TEST_F(VaultTest, verifies_the_claimed_person_only) {
  const auto anna = person("anna");
  const auto bert = person("bert");
  const Face face = another();
  ASSERT_TRUE(enrol(anna, {face}));
  ASSERT_TRUE(enrol(bert, {another()}));
  const auto right = verify(anna, like(face, .8F));
  ASSERT_TRUE(right && *right);
  EXPECT_EQ((*right)->subject(), anna);
  EXPECT_NEAR((*right)->margin(), (*right)->score() - (*right)->threshold(), 1e-6);
  const auto wrong = verify(bert, like(face, .8F));
  ASSERT_TRUE(wrong);
  EXPECT_FALSE(*wrong);
}

TEST_F(VaultTest, refuses_old_permits_and_templates_of_other_permits) {
  const auto anna = person("anna");
  consent::EnrolPermit old = enrol_permit(anna);
  auto made = templates(old, {another()});
  clock.advance(24h);
  const auto late = vault->enrol(std::move(old), std::move(made));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::denied);

  consent::EnrolPermit first = enrol_permit(anna);
  consent::EnrolPermit second = enrol_permit(anna);
  made = templates(first, {another()});
  const auto mixed = vault->enrol(std::move(second), std::move(made));
  ASSERT_FALSE(mixed);
  EXPECT_EQ(mixed.error().kind, ErrorKind::denied);

  consent::IdentifyPermit look = identify_permit();
  made = templates(first, {another()});
  const auto looked = vault->identify(std::move(look), std::move(made));
  ASSERT_FALSE(looked);
  EXPECT_EQ(looked.error().kind, ErrorKind::denied);
  EXPECT_TRUE(rows.stored.empty());
}

TEST_F(VaultTest, refuses_no_template_and_a_permit_that_was_moved_away) {
  const auto anna = person("anna");
  const auto none = vault->enrol(enrol_permit(anna), {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::invalid_input);
  consent::EnrolPermit permit = enrol_permit(anna);
  auto made = templates(permit, {another()});
  const consent::EnrolPermit taken{std::move(permit)};
  const auto spent = vault->enrol(std::move(permit), std::move(made));  // NOLINT(bugprone-use-after-move)
  ASSERT_FALSE(spent);
  EXPECT_EQ(spent.error().kind, ErrorKind::denied);
}

TEST_F(VaultTest, refuses_templates_of_another_version_and_names_the_way_out) {
  const auto anna = person("anna");
  ASSERT_TRUE(enrol(anna, {another()}));
  const embed::FaceEmbedder other = embedder(clock, "other");
  consent::EnrolPermit permit = enrol_permit(person("bert"));
  auto made = templates(permit, {another()}, other);
  const auto refused = vault->enrol(std::move(permit), std::move(made));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid_input);
  EXPECT_NE(refused.error().remedy.find("regard gallery migrate"), std::string::npos);
  consent::IdentifyPermit look = identify_permit();
  made = templates(look, {another()}, other);
  EXPECT_FALSE(vault->identify(std::move(look), std::move(made)));
}

TEST_F(VaultTest, tells_a_duplicate_and_enrols_it_only_when_told_to) {
  const auto anna = person("anna");
  const auto bert = person("bert");
  const Face face = another();
  ASSERT_TRUE(enrol(anna, {face}));
  const auto refused = enrol(bert, {like(face, .9F)});
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->duplicate, anna);
  EXPECT_EQ(refused->templates, 0U);
  EXPECT_EQ(rows.stored.size(), 1U);
  const auto accepted = enrol(bert, {like(face, .9F)}, {true, {}});
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->duplicate, anna);
  EXPECT_EQ(accepted->templates, 1U);
  // The same person again is no duplicate of herself.
  const auto again = enrol(person("carl"), {another()});
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->duplicate);
}

TEST_F(VaultTest, names_nobody_when_two_people_look_the_same) {
  const Face face = another();
  ASSERT_TRUE(enrol(person("anna"), {face}));
  ASSERT_TRUE(enrol(person("bert"), {like(face, .995F)}, {true, {}}));
  EXPECT_EQ(named(like(face, .9F)), "nobody");
}

TEST_F(VaultTest, an_enrolment_is_found_by_another_process_at_once_and_an_erasure_too) {
  const auto other = open(1);
  const auto anna = person("anna");
  const Face face = another();
  EXPECT_EQ(named(*other, face), "nobody");
  ASSERT_TRUE(enrol(anna, {face}));
  EXPECT_EQ(named(*other, face), "person_anna");
  rows.erase(anna);
  EXPECT_EQ(named(*other, face), "nobody");
  EXPECT_EQ(named(face), "nobody");
  ASSERT_TRUE(registry.erase(clerk, anna));
}

TEST_F(VaultTest, an_erasure_during_an_enrolment_wins) {
  const auto anna = person("anna");
  consent::EnrolPermit permit = enrol_permit(anna);
  auto made = templates(permit, {another()});
  rows.erase(anna);
  const auto refused = vault->enrol(std::move(permit), std::move(made));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::denied);
}

TEST_F(VaultTest, recognises_only_while_the_store_says_so) {
  const auto anna = person("anna");
  const Face face = another();
  ASSERT_TRUE(enrol(anna, {face}));
  rows.touch(anna, [](SearchableRow& row) {
    row.from = start + 1h;
    row.until = start + 2h;
  });
  EXPECT_EQ(named(face), "nobody");
  clock.advance(1h);
  EXPECT_EQ(named(face), "person_anna");
  clock.advance(1h);
  EXPECT_EQ(named(face), "nobody");
}

TEST_F(VaultTest, a_wrong_master_key_opens_nothing) {
  const auto opened = Vault::open(rows, master(2), clock, {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::corrupt);
  EXPECT_FALSE(Vault::open(rows, crypto::SecretBytes{16}, clock, {}));
}

TEST_F(VaultTest, what_is_stored_cannot_be_opened_elsewhere) {
  const auto anna = person("anna");
  const auto bert = person("bert");
  const Face face = another();
  ASSERT_TRUE(enrol(anna, {face}));
  ASSERT_TRUE(enrol(bert, {another()}));
  // Somebody who may write to the database puts Anna's template under Bert's name, with Anna's key.
  const crypto::Bytes annas = rows.stored[0].row.sealed.sealed;
  rows.touch(bert, [&](SearchableRow& row) { row.sealed.sealed = annas; });
  const auto found = identify(*vault, {face});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::corrupt);
}

TEST_F(VaultTest, the_same_face_is_stored_differently_each_time_and_never_in_clear) {
  const auto anna = person("anna");
  ASSERT_TRUE(vault->create(visitors));
  const Face face = another();
  ASSERT_TRUE(enrol(anna, {face, face}));
  ASSERT_TRUE(enrol(anna, {face}, {}, visitors));
  ASSERT_EQ(rows.stored.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const crypto::Bytes& a = rows.stored[i].row.sealed.sealed;
      const crypto::Bytes& b = rows.stored[j].row.sealed.sealed;
      ASSERT_EQ(a.size(), b.size());
      std::size_t equal = 0;
      for (std::size_t k = 0; k < a.size(); ++k) equal += a[k] == b[k] ? 1U : 0U;
      EXPECT_LT(equal, 30U);  // 1,064 random bytes: 4 expected
    }
  }
}

TEST_F(VaultTest, a_new_secret_keeps_everybody_and_makes_old_copies_worthless) {
  const auto anna = person("anna");
  const Face face = another();
  ASSERT_TRUE(enrol(anna, {face, like(face, .9F)}));
  const auto other = open(1);
  EXPECT_EQ(named(*other, face), "person_anna");
  const crypto::Bytes leaked = rows.stored[0].row.sealed.sealed;
  const auto count = vault->rekey(staff);
  ASSERT_TRUE(count) << count.error().message();
  EXPECT_EQ(*count, 2U);
  EXPECT_NE(rows.stored[0].row.sealed.sealed, leaked);
  EXPECT_EQ(named(like(face, .8F)), "person_anna");
  EXPECT_EQ(named(*other, like(face, .8F)), "person_anna");
  rows.touch(anna, [&](SearchableRow& row) { row.sealed.sealed = leaked; });
  EXPECT_FALSE(identify(*vault, {face}));
}

TEST_F(VaultTest, an_enrolment_goes_on_when_another_process_gives_the_gallery_a_new_secret_meanwhile) {
  const auto anna = person("anna");
  const auto bert = person("bert");
  const Face annas = another();
  const Face berts = another();
  ASSERT_TRUE(enrol(anna, {annas}));
  const auto other = open(1);
  rows.before_add = [&] { EXPECT_TRUE(other->rekey(staff)); };
  const auto enrolled = enrol(bert, {berts, like(berts, .9F)});
  ASSERT_TRUE(enrolled) << enrolled.error().message();
  EXPECT_EQ(enrolled->templates, 2U);
  EXPECT_EQ(rows.stored.size(), 3U);
  for (Vault* one : {vault.get(), other.get()}) {
    EXPECT_EQ(named(*one, berts), "person_bert");
    EXPECT_EQ(named(*one, annas), "person_anna");
  }
}

TEST_F(VaultTest, a_new_secret_is_made_again_when_somebody_is_enrolled_meanwhile) {
  const auto anna = person("anna");
  const Face annas = another();
  const Face berts = another();
  ASSERT_TRUE(enrol(anna, {annas}));
  const auto other = open(1);
  const auto bert = person("bert");
  rows.before_replace = [&] { EXPECT_TRUE(enrol(bert, {berts})); };
  const auto count = other->rekey(staff);
  ASSERT_TRUE(count) << count.error().message();
  EXPECT_EQ(*count, 2U);
  EXPECT_EQ(named(annas), "person_anna");
  EXPECT_EQ(named(berts), "person_bert");
}

TEST_F(VaultTest, nothing_writes_an_older_secret_back) {
  const auto other = open(1);
  const Face face = another();
  // Settling the version of an empty gallery, while another process gives it a secret.
  rows.before_change = [&] { EXPECT_TRUE(other->rekey(staff)); };
  const auto enrolled = enrol(person("anna"), {face});
  ASSERT_TRUE(enrolled) << enrolled.error().message();
  EXPECT_EQ(named(*other, face), "person_anna");
  rows.before_change = [&] { EXPECT_TRUE(other->rekey(staff)); };
  ASSERT_TRUE(vault->set_threshold(staff, .95F));
  EXPECT_EQ(named(*other, face), "person_anna");
  EXPECT_EQ(named(*other, like(face, .8F)), "nobody");
  rows.before_replace = [&] { EXPECT_TRUE(vault->set_threshold(staff, .5F)); };
  ASSERT_TRUE(other->rekey(staff));
  EXPECT_EQ(named(like(face, .8F)), "person_anna");
  EXPECT_FALSE(vault->create(staff));
  EXPECT_EQ(named(face), "person_anna");
}

TEST_F(VaultTest, an_operator_can_say_that_it_was_somebody_else) {
  const auto anna = person("anna");
  const auto bert = person("bert");
  const Face face = another();
  ASSERT_TRUE(enrol(anna, {face}));
  ASSERT_TRUE(enrol(bert, {like(face, .5F)}, {true, {}}));
  const Face between = like(face, .85F);
  const auto score = [&] {
    const auto found = identify(*vault, {between});
    EXPECT_TRUE(found) << found.error().message();
    return found && *found ? (*found)->score() : 0;
  };
  const float before = score();
  ASSERT_GT(before, 0);
  ASSERT_TRUE(vault->not_this_person(staff, anna, std::nullopt));
  EXPECT_NEAR(score(), before - .03F, 1e-4);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(vault->not_this_person(staff, anna, std::nullopt));
  EXPECT_NEAR(score(), before - .12F, 1e-4);
  ASSERT_TRUE(vault->not_this_person(staff, anna, bert));
  EXPECT_FALSE(vault->not_this_person(staff, anna, anna));
  EXPECT_FALSE(vault->not_this_person(staff, consent::SubjectId{"person_zoe"}, std::nullopt));
}

TEST_F(VaultTest, source_images_come_back_under_an_export_permit_only) {
  const auto anna = person("anna");
  std::vector<crypto::SecretBytes> images;
  images.push_back(crypto::SecretBytes::copy_of(crypto::bytes_of("a picture")));
  ASSERT_TRUE(enrol(anna, {another()}, {false, std::move(images)}));
  EXPECT_EQ(std::ranges::search(rows.stored[0].row.sealed.sealed_image, crypto::bytes_of("a picture")).size(), 0U);
  auto permit = gate.release({clerk, anna});
  ASSERT_TRUE(permit) << permit.error().message();
  const auto held = vault->images(std::move(*permit), staff);
  ASSERT_TRUE(held) << held.error().message();
  ASSERT_EQ(held->size(), 1U);
  EXPECT_TRUE(crypto::same(held->front().bytes(), crypto::bytes_of("a picture")));
  std::vector<crypto::SecretBytes> too_many(2);
  EXPECT_FALSE(enrol(anna, {another()}, {false, std::move(too_many)}));
}

TEST_F(VaultTest, a_gallery_moves_to_other_networks_as_a_whole_or_not_at_all) {
  const auto anna = person("anna");
  const auto bert = person("bert");
  const Face annas = another();
  const Face berts = another();
  const auto picture = [] {
    std::vector<crypto::SecretBytes> one;
    one.push_back(crypto::SecretBytes::copy_of(crypto::bytes_of("a picture")));
    return one;
  };
  ASSERT_TRUE(enrol(anna, {annas}, {false, picture()}));
  ASSERT_TRUE(enrol(bert, {berts}, {false, picture()}));
  EXPECT_FALSE(vault->finish_migration(staff));
  const embed::FaceEmbedder other = embedder(clock, "other");
  const auto renew = [&](const consent::SubjectId& subject, const std::vector<Face>& faces,
                         const embed::FaceEmbedder& with) {
    consent::EnrolPermit permit = enrol_permit(subject);
    auto made = templates(permit, faces, with);
    return vault->renew(std::move(permit), std::move(made));
  };
  EXPECT_FALSE(renew(anna, {annas}, other)) << "no move was begun";
  const auto begun = vault->migration(staff, other.version());
  ASSERT_TRUE(begun) << begun.error().message();
  EXPECT_EQ(begun->from, faces_embedder.version());
  EXPECT_EQ(begun->templates, 2U);
  EXPECT_EQ(begun->waiting, (std::vector{anna, bert}));
  EXPECT_FALSE(renew(anna, {annas, annas}, other));
  EXPECT_FALSE(renew(anna, {annas}, faces_embedder)) << "the networks that it has";
  ASSERT_TRUE(renew(anna, {annas}, other));
  const auto early = vault->finish_migration(staff);
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(named(annas), "person_anna");
  vault = open(1);  // a crash: what was made anew is still there
  const auto resumed = vault->migration(staff, other.version());
  ASSERT_TRUE(resumed);
  EXPECT_EQ(resumed->renewed, 1U);
  EXPECT_EQ(resumed->waiting, std::vector{bert});
  EXPECT_TRUE(resumed->without_image.empty());
  ASSERT_TRUE(renew(bert, {berts}, other));
  const auto moved = vault->finish_migration(staff);
  ASSERT_TRUE(moved) << moved.error().message();
  EXPECT_EQ(*moved, 2U);
  EXPECT_EQ(vault->migration(staff, other.version())->templates, 0U) << "nothing is left to do";
  EXPECT_FALSE(identify(*vault, {annas}));  // the old networks
  consent::IdentifyPermit permit = identify_permit();
  auto made = templates(permit, {berts}, other);
  const auto found = vault->identify(std::move(permit), std::move(made));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->subject(), bert);
  auto release = gate.release({clerk, anna});
  ASSERT_TRUE(release);
  EXPECT_EQ(vault->images(std::move(*release), staff)->size(), 1U);
}

TEST_F(VaultTest, whose_pictures_were_not_kept_is_told_before_a_move) {
  const auto anna = person("anna");
  const auto bert = person("bert");
  std::vector<crypto::SecretBytes> picture;
  picture.push_back(crypto::SecretBytes::copy_of(crypto::bytes_of("a picture")));
  const Face annas = another();
  ASSERT_TRUE(enrol(anna, {annas}, {false, std::move(picture)}));
  ASSERT_TRUE(enrol(anna, {annas}));
  ASSERT_TRUE(enrol(bert, {another()}));
  const auto begun = vault->migration(staff, {"other@01234567"});
  ASSERT_TRUE(begun);
  EXPECT_EQ(begun->templates, 3U);
  EXPECT_EQ(begun->without_image, (std::vector{anna, bert}));
  EXPECT_TRUE(begun->waiting.empty());
  EXPECT_EQ(vault->migration(visitors, {"other@01234567"}).error().kind, ErrorKind::not_found);
  ASSERT_TRUE(vault->create(visitors));
  EXPECT_TRUE(vault->migration(visitors, {"other@01234567"})->from.value.empty());
}

TEST_F(VaultTest, a_site_threshold_is_kept_and_used) {
  const auto anna = person("anna");
  const Face face = another();
  ASSERT_TRUE(enrol(anna, {face}));
  EXPECT_EQ(named(like(face, .8F)), "person_anna");
  ASSERT_TRUE(vault->set_threshold(staff, .95F));
  EXPECT_EQ(named(like(face, .8F)), "nobody");
  EXPECT_EQ(named(face), "person_anna");
  ASSERT_TRUE(vault->set_threshold(staff, 0));
  EXPECT_EQ(named(like(face, .8F)), "person_anna");
  EXPECT_FALSE(vault->set_threshold(staff, 1.5F));
  EXPECT_FALSE(vault->set_threshold(staff, std::nanf("")));
}

TEST_F(VaultTest, frames_of_one_track_together_see_more_than_one) {
  const auto anna = person("anna");
  const Face face = another();
  ASSERT_TRUE(enrol(anna, {face}));
  std::vector<Face> frames;
  for (int i = 0; i < 8; ++i) frames.push_back(like(face, .45F));
  const auto one = identify(*vault, {frames[0]});
  const auto all = identify(*vault, frames);
  ASSERT_TRUE(one && all);
  EXPECT_FALSE(*one);
  ASSERT_TRUE(*all);
  EXPECT_GT((*all)->score(), .7F);
}

TEST_F(VaultTest, a_gallery_that_a_crash_left_without_a_secret_gets_one_when_somebody_is_enrolled) {
  const Face face = another();
  EXPECT_EQ(identify(*vault, {face}, visitors).error().kind, ErrorKind::not_found);
  ASSERT_TRUE(enrol(person("anna"), {face}, {}, visitors));
  const auto found = identify(*vault, {face}, visitors);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->gallery(), visitors);
}

TEST_F(VaultTest, says_when_there_is_no_such_gallery_or_it_exists_already) {
  const auto found = identify(*vault, {another()}, visitors);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::not_found);
  EXPECT_FALSE(vault->create(staff));
}

TEST_F(VaultTest, what_changed_in_other_galleries_is_looked_through_once) {
  const auto anna = person("anna");
  const auto bert = person("bert");
  const Face face = another();
  ASSERT_TRUE(vault->create(visitors));
  ASSERT_TRUE(enrol(anna, {face}));
  ASSERT_TRUE(enrol(bert, {another()}, {}, visitors));
  EXPECT_EQ(named(face), "person_anna");
  rows.looked_through = 0;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(named(face), "person_anna");
  EXPECT_EQ(rows.looked_through, 0U);
}

TEST_F(VaultTest, another_thread_may_take_over_a_new_secret_in_the_midst_of_a_first_enrolment) {
  const Face face = another();
  rows.before_key = [&] {
    EXPECT_TRUE(vault->rekey(staff));
    EXPECT_EQ(named(face), "nobody");
  };
  const auto enrolled = enrol(person("anna"), {face});
  ASSERT_TRUE(enrolled) << enrolled.error().message();
  EXPECT_EQ(named(face), "person_anna");
}

TEST_F(VaultTest, a_gallery_of_other_networks_is_no_place_to_look_for_duplicates) {
  ASSERT_TRUE(enrol(person("anna"), {another()}));
  const Keys keys{master(1)};
  LoadedGallery gallery{rows, keys, staff};
  ASSERT_TRUE(gallery.follow());
  const std::vector<float> unit(4, .5F);
  const embed::TemplateVersion other{"other@01234567"};
  const auto looked = gallery.duplicate({unit, other}, {"person_bert"}, {{}, start});
  ASSERT_FALSE(looked);
  EXPECT_EQ(looked.error().kind, ErrorKind::invalid_input);
}

TEST_F(VaultTest, who_is_erased_during_a_search_of_a_large_gallery_is_not_named) {
  const auto large = open(1, {.thresholds = {}, .most_exact = 1});
  const auto anna = person("anna");
  const Face face = another();
  for (const char* name : {"bert", "carl"}) ASSERT_TRUE(enrol(person(name), {another()}));
  ASSERT_TRUE(enrol(anna, {face}));
  EXPECT_EQ(named(*large, face), "person_anna");
  EXPECT_NEAR((*identify(*large, {face}))->score(), 1, 1e-5);
  rows.before_row = [&] { rows.erase(anna); };
  EXPECT_EQ(named(*large, face), "nobody");
}

TEST_F(VaultTest, a_search_of_a_large_gallery_that_cannot_read_says_so) {
  const auto large = open(1, {.thresholds = {}, .most_exact = 1});
  const Face face = another();
  for (const char* name : {"bert", "carl"}) ASSERT_TRUE(enrol(person(name), {another()}));
  ASSERT_TRUE(enrol(person("anna"), {face}));
  rows.before_row = [&] { EXPECT_TRUE(vault->rekey(staff)); };
  EXPECT_EQ(named(*large, face), "person_anna") << "the new secret is taken over at once";
  rows.failing = true;
  const auto found = identify(*large, {face});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::unavailable);
}

TEST_F(VaultTest, threads_may_enrol_and_look_while_others_give_new_secrets) {
  std::vector<consent::SubjectId> people;
  std::vector<Face> faces;
  for (int i = 0; i < 6; ++i) {
    people.push_back(person("p" + std::to_string(i)));
    faces.push_back(another());
  }
  const auto other = open(1);
  std::atomic<bool> over = false;
  std::vector<std::jthread> renewing;
  for (Vault* one : {vault.get(), other.get()}) {
    renewing.emplace_back([&, one] {
      while (!over) {
        const auto done = one->rekey(staff);
        EXPECT_TRUE(done || done.error().kind == ErrorKind::unavailable) << done.error().message();
        std::this_thread::yield();
      }
    });
  }
  for (std::size_t i = 0; i < people.size(); ++i) {
    const auto enrolled = enrol(people[i], {faces[i]});
    // Somebody may always be faster, but then nothing was stored and the error says so.
    EXPECT_TRUE(enrolled || enrolled.error().kind == ErrorKind::unavailable) << enrolled.error().message();
    if (!enrolled) people.resize(i + 1);
  }
  over = true;
  renewing.clear();
  for (std::size_t i = 0; i + 1 < people.size(); ++i) EXPECT_EQ(named(*other, faces[i]), people[i].value);
}

TEST_F(VaultTest, many_threads_may_enrol_and_look_at_the_same_time) {
  std::vector<consent::SubjectId> people;
  std::vector<Face> faces;
  for (int i = 0; i < 6; ++i) {
    people.push_back(person("p" + std::to_string(i)));
    faces.push_back(another());
  }
  ASSERT_TRUE(enrol(people[0], {faces[0]}));
  const auto work = [&](std::size_t thread) {
    for (std::size_t i = thread; i < people.size(); i += 2) {
      EXPECT_TRUE(enrol(people[i], {faces[i]}));
      EXPECT_EQ(named(faces[i]), people[i].value);
      EXPECT_EQ(named(faces[0]), people[0].value);
    }
  };
  std::jthread other{work, 1};
  work(0);
}

}  // namespace
}  // namespace regard::gallery
