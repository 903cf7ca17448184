#include <gtest/gtest.h>

#include <thread>

#include "store/io/test_folder.h"

namespace regard::store {
namespace {

using namespace testing;  // NOLINT: the words of these tests
using consent::Purpose;

struct FixedClock final : Clock {
  [[nodiscard]] Timestamp now() const override { return time; }
  [[nodiscard]] Duration elapsed() const override { return time.time_since_epoch(); }
  Timestamp time = day(1);
};

struct Rows : ::testing::Test {
  void SetUp() override {
    database = opened(folder.file(), {.patience = std::chrono::seconds{5}, .clock = &clock});
    ASSERT_NE(database, nullptr);
    ASSERT_TRUE(ok(database->apply(consent::AddGallery{gallery_of("staff")})));
    ASSERT_TRUE(ok(database->create_secret({"staff"}, secret)));
    add_person(*database, "person_anna");
    enrol(*database, row_of("person_anna", "staff", 1));
  }
  [[nodiscard]] gallery::RowChanges changes(std::uint64_t since = 0) {
    return database->changes({"staff"}, since).value();
  }
  [[nodiscard]] Result<void> add(const gallery::SealedTemplate& row) { return added(*database, row); }
  [[nodiscard]] Result<void> add(const std::string& key, std::span<const gallery::SealedTemplate> rows) {
    return database->add({"person_anna"}, key_of(key), secret.sealed_seed, rows);
  }

  TestFolder folder;
  FixedClock clock;
  std::unique_ptr<Database> database;
  const gallery::GallerySecret secret{random_looking(72, 99), {"face@1"}, 0.5F};
};

TEST_F(Rows, come_back_as_they_were_put) {
  const gallery::SealedTemplate row = row_of("person_anna", "staff", 1);
  const gallery::RowChanges all = changes();
  ASSERT_EQ(all.put.size(), 1U);
  const gallery::SearchableRow& found = all.put.front();
  EXPECT_GT(found.sealed.row, 0U);
  EXPECT_EQ(found.sealed.subject, row.subject);
  EXPECT_EQ(found.sealed.gallery, row.gallery);
  EXPECT_EQ(found.sealed.version, row.version);
  EXPECT_EQ(found.sealed.entry, row.entry);
  EXPECT_EQ(found.sealed.enrolled, row.enrolled);
  EXPECT_EQ(found.sealed.sealed, row.sealed);
  EXPECT_EQ(found.wrapped_key, key_of("person_anna"));
  EXPECT_EQ(found.from, day(0));
  EXPECT_EQ(found.until, day(300));
  EXPECT_EQ(found.offset, 0.0F);
  EXPECT_EQ(database->wrapped_key({"person_anna"}).value(), key_of("person_anna"));
  EXPECT_EQ(database->wrapped_key({"person_bert"}).value(), std::nullopt);
  const gallery::GallerySecret kept = database->secret({"staff"}).value().value();
  EXPECT_EQ(kept.sealed_seed, secret.sealed_seed);
  EXPECT_EQ(kept.version, secret.version);
  EXPECT_EQ(kept.threshold, secret.threshold);
  EXPECT_FALSE(database->secret({"none"}).value().has_value());
  EXPECT_EQ(database->with_secret().value(), std::vector<consent::GalleryName>{{"staff"}});
}

TEST_F(Rows, are_told_once_and_only_what_is_new) {
  const std::uint64_t before = changes().revision;
  EXPECT_EQ(changes(before).revision, before);
  EXPECT_TRUE(changes(before).put.empty());
  enrol(*database, row_of("person_anna", "staff", 2));
  const gallery::RowChanges after = changes(before);
  ASSERT_EQ(after.put.size(), 1U);
  EXPECT_EQ(after.put.front().sealed.entry.value, 2U);
  EXPECT_GT(after.revision, before);
}

TEST_F(Rows, of_another_process_are_seen_at_once) {
  const std::uint64_t before = changes().revision;
  const auto other = opened(folder.file());
  enrol(*other, row_of("person_anna", "staff", 2));
  EXPECT_EQ(changes(before).put.size(), 1U);
}

TEST_F(Rows, get_new_dates_when_consents_change) {
  const std::uint64_t before = changes().revision;
  ASSERT_TRUE(ok(database->apply(consent::AddConsent{consent_of("person_anna", "longer", 200, 500)})));
  const gallery::RowChanges longer = changes(before);
  ASSERT_EQ(longer.put.size(), 1U);
  EXPECT_EQ(longer.put.front().until, day(500));
  ASSERT_TRUE(ok(database->apply(consent::WithdrawConsent{{"longer"}, {"person_anna"}, day(2), {}})));
  const gallery::RowChanges shorter = changes(longer.revision);
  ASSERT_EQ(shorter.put.size(), 1U);
  EXPECT_EQ(shorter.put.front().until, day(300));
}

TEST_F(Rows, are_never_searchable_when_the_only_consent_is_gone) {
  ASSERT_TRUE(ok(database->apply(consent::WithdrawConsent{{"consent-of-person_anna"}, {"person_anna"}, day(2), {}})));
  const gallery::RowChanges all = changes();
  ASSERT_EQ(all.put.size(), 1U) << "the rules did not ask for erasure, but";
  EXPECT_EQ(all.put.front().from, all.put.front().until);
}

TEST_F(Rows, keep_their_offset_and_confusions) {
  add_person(*database, "person_bert");
  const std::uint64_t before = changes().revision;
  ASSERT_TRUE(ok(database->put_offset({"staff"}, {"person_anna"}, 0.125F)));
  const gallery::RowChanges after = changes(before);
  ASSERT_EQ(after.put.size(), 1U);
  EXPECT_EQ(after.put.front().offset, 0.125F);
  const std::uint64_t then = after.revision;
  ASSERT_TRUE(ok(database->put_confusion({"staff"}, {{"person_anna"}, {"person_bert"}, 0.25F})));
  EXPECT_GT(changes(then).revision, then) << "so that whoever follows asks for confusions again";
  const auto confusions = database->confusions({"staff"}).value();
  ASSERT_EQ(confusions.size(), 1U);
  EXPECT_EQ(confusions.front().claimed.value, "person_anna");
  EXPECT_EQ(confusions.front().truly.value, "person_bert");
  EXPECT_EQ(confusions.front().offset, 0.25F);
  ASSERT_TRUE(ok(database->apply(consent::EraseSubject{{"person_bert"}, {9}, day(3)})));
  EXPECT_TRUE(database->confusions({"staff"}).value().empty());
  EXPECT_TRUE(fails(database->put_confusion({"staff"}, {{"person_anna"}, {"person_bert"}, 1}), ErrorKind::not_found));
  EXPECT_TRUE(fails(database->put_offset({"none"}, {"person_anna"}, 1), ErrorKind::not_found));
}

TEST_F(Rows, are_refused_without_consent_at_their_enrolment) {
  EXPECT_TRUE(fails(add(row_of("person_nobody", "staff", 2)), ErrorKind::denied));
  EXPECT_TRUE(fails(add(row_of("person_anna", "staff", 2, 300)), ErrorKind::denied)) << "expired that day";
  EXPECT_TRUE(fails(add(row_of("person_anna", "staff", 2, -1)), ErrorKind::denied)) << "not started";
  EXPECT_TRUE(fails(add(row_of("person_anna", "none", 2)), ErrorKind::not_found));
  ASSERT_TRUE(ok(database->apply(consent::AddGallery{gallery_of("login", Purpose::authentication)})));
  EXPECT_TRUE(fails(add(row_of("person_anna", "login", 2)), ErrorKind::denied)) << "another purpose";
  ASSERT_TRUE(ok(database->apply(
      consent::WithdrawConsent{{"consent-of-person_anna"}, {"person_anna"}, day(2), {Purpose::access}})));
  EXPECT_TRUE(fails(add(row_of("person_anna", "staff", 2)), ErrorKind::denied)) << "withdrawn meanwhile";
  EXPECT_EQ(database->wrapped_key({"person_anna"}).value(), std::nullopt) << "a refused row leaves no key";
  ASSERT_TRUE(ok(database->apply(consent::EraseSubject{{"person_anna"}, {9}, day(3)})));
  EXPECT_TRUE(fails(add(row_of("person_anna", "staff", 2)), ErrorKind::denied)) << "erased meanwhile";
}

TEST_F(Rows, are_added_all_or_none) {
  std::vector<gallery::SealedTemplate> rows{row_of("person_anna", "staff", 2), row_of("person_anna", "staff", 3)};
  rows.back().version.value = "face@2";
  EXPECT_TRUE(fails(add("person_anna", rows), ErrorKind::invalid_input));
  EXPECT_EQ(database->held({"person_anna"}).value().size(), 1U);
  rows.back() = row_of("person_bert", "staff", 3);
  EXPECT_TRUE(fails(add("person_anna", rows), ErrorKind::invalid_input));
  const gallery::SealedTemplate row = row_of("person_anna", "staff", 4);
  EXPECT_TRUE(fails(add("another", {&row, 1}), ErrorKind::unavailable)) << "somebody was faster";
}

TEST_F(Rows, protected_with_a_secret_that_is_no_longer_the_gallerys_are_refused) {
  gallery::SealedTemplate renewed = changes().put.front().sealed;
  renewed.sealed = random_looking(2088, 1000);
  const gallery::GallerySecret newer{random_looking(72, 100), {"face@1"}, 0.5F};
  ASSERT_TRUE(ok(opened(folder.file())->replace({"staff"}, secret, newer, {&renewed, 1})));
  const gallery::SealedTemplate row = row_of("person_anna", "staff", 2);
  EXPECT_TRUE(fails(add("person_anna", {&row, 1}), ErrorKind::unavailable));
  EXPECT_EQ(changes().put.size(), 1U);
  EXPECT_TRUE(ok(add(row)));
}

TEST_F(Rows, of_more_people_than_the_gallerys_cap_are_refused_though_the_gate_let_them_pass) {
  consent::Gallery small = gallery_of("small");
  small.cap = 2;
  ASSERT_TRUE(ok(database->apply(consent::AddGallery{small})));
  for (const char* name : {"person_bert", "person_carl"}) add_person(*database, name);
  EXPECT_TRUE(ok(add(row_of("person_anna", "small", 2))));
  EXPECT_TRUE(ok(add(row_of("person_bert", "small", 3))));
  EXPECT_TRUE(fails(add(row_of("person_carl", "small", 4)), ErrorKind::denied));
  EXPECT_TRUE(ok(add(row_of("person_anna", "small", 5)))) << "who is in it takes no new place";
  EXPECT_EQ(database->enrolled({"small"}).value(), 2U);
}

TEST_F(Rows, of_a_gallery_know_one_secret_which_is_changed_only_by_who_read_it) {
  gallery::GallerySecret other{random_looking(72, 100), {}, 0};
  EXPECT_TRUE(fails(database->create_secret({"staff"}, other), ErrorKind::invalid_input));
  EXPECT_TRUE(fails(database->create_secret({"none"}, other), ErrorKind::not_found));
  gallery::GallerySecret stricter = secret;
  stricter.threshold = 0.75F;
  EXPECT_TRUE(ok(database->change_secret({"staff"}, secret, stricter)));
  EXPECT_EQ(database->secret({"staff"}).value(), stricter);
  gallery::GallerySecret late = secret;
  late.threshold = 0.25F;
  EXPECT_TRUE(fails(database->change_secret({"staff"}, secret, late), ErrorKind::unavailable));
  EXPECT_EQ(database->secret({"staff"}).value(), stricter);
  gallery::SealedTemplate renewed = changes().put.front().sealed;
  EXPECT_TRUE(fails(database->replace({"staff"}, secret, other, {&renewed, 1}), ErrorKind::unavailable));
}

TEST_F(Rows, never_use_a_number_again) {
  const std::uint64_t first = changes().put.front().sealed.row;
  ASSERT_TRUE(ok(database->apply(consent::EraseSubject{{"person_anna"}, {9}, day(3)})));
  database.reset();
  database = opened(folder.file());
  add_person(*database, "person_bert");
  enrol(*database, row_of("person_bert", "staff", 2));
  EXPECT_GT(changes().put.front().sealed.row, first);
}

TEST_F(Rows, are_replaced_with_the_secret_and_leave_no_byte) {
  const std::uint64_t before = changes().revision;
  gallery::SealedTemplate renewed = changes().put.front().sealed;
  renewed.sealed = random_looking(2088, 1000);
  const gallery::GallerySecret other{random_looking(72, 100), {"face@1"}, 0};
  EXPECT_TRUE(fails(database->replace({"staff"}, secret, other, {}), ErrorKind::unavailable)) << "a row is missing";
  ASSERT_TRUE(ok(database->replace({"staff"}, secret, other, {&renewed, 1})));
  const gallery::RowChanges after = changes(before);
  ASSERT_EQ(after.put.size(), 1U);
  EXPECT_EQ(after.put.front().sealed.sealed, renewed.sealed);
  EXPECT_EQ(database->secret({"staff"}).value()->sealed_seed, other.sealed_seed);
  EXPECT_EQ(occurrences(folder.path(), row_of("person_anna", "staff", 1).sealed), 0U);
  EXPECT_EQ(occurrences(folder.path(), secret.sealed_seed), 0U);
  renewed.row += 1;
  EXPECT_TRUE(fails(database->replace({"staff"}, other, secret, {&renewed, 1}), ErrorKind::unavailable));
}

TEST_F(Rows, of_a_person_are_shown_without_and_with_their_bytes) {
  gallery::SealedTemplate row = row_of("person_anna", "staff", 2);
  row.sealed_image = random_looking(9'000, 5);
  enrol(*database, row);
  const auto held = database->held({"person_anna"}).value();
  ASSERT_EQ(held.size(), 2U);
  EXPECT_TRUE(held[1].sealed.empty() && held[1].sealed_image.empty());
  EXPECT_EQ(held[1].gallery.value, "staff");
  const auto rows = database->rows({"staff"}, {"person_anna"}).value();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].sealed, row.sealed);
  EXPECT_EQ(rows[1].sealed_image, row.sealed_image);
  EXPECT_TRUE(rows[0].sealed_image.empty());
  const auto one = database->row({"staff"}, rows[1].row).value();
  ASSERT_TRUE(one.has_value());
  EXPECT_EQ(one->row, rows[1].row);
  EXPECT_EQ(one->subject, rows[1].subject);
  EXPECT_EQ(one->sealed, row.sealed);
  EXPECT_TRUE(one->sealed_image.empty());
  EXPECT_FALSE(database->row({"none"}, rows[1].row).value().has_value());
  ASSERT_TRUE(ok(database->apply(consent::EraseSubject{{"person_anna"}, {9}, day(3)})));
  EXPECT_FALSE(database->row({"staff"}, rows[1].row).value().has_value());
}

TEST_F(Rows, move_to_other_networks_as_a_whole_and_leave_no_byte) {
  add_person(*database, "person_bert");
  gallery::SealedTemplate berts = row_of("person_bert", "staff", 2);
  berts.sealed_image = random_looking(9'000, 5);
  enrol(*database, berts);
  const std::uint64_t before = changes().revision;
  EXPECT_EQ(database->renewal({"staff"}).value(), std::nullopt);
  const gallery::GallerySecret next{random_looking(72, 100), {"face@2"}, 0};
  ASSERT_TRUE(ok(database->begin_renewal({"staff"}, next)));
  EXPECT_EQ(database->renewal({"staff"}).value(), next);
  auto renewable = database->renewable({"staff"}).value();
  ASSERT_EQ(renewable.size(), 2U);
  EXPECT_FALSE(renewable[0].has_image || renewable[0].renewed || renewable[1].renewed);
  EXPECT_TRUE(renewable[1].has_image);
  EXPECT_EQ(renewable[1].subject.value, "person_bert");

  gallery::SealedTemplate annas = row_of("person_anna", "staff", 1'001);
  annas.row = renewable[0].row;
  berts = row_of("person_bert", "staff", 1'002);
  berts.row = renewable[1].row;
  ASSERT_TRUE(ok(database->add_renewed({"staff"}, next.sealed_seed, {&berts, 1})));
  EXPECT_TRUE(database->renewable({"staff"}).value()[1].renewed);
  EXPECT_TRUE(changes(before).put.empty()) << "nothing moves before the end";
  EXPECT_TRUE(fails(database->finish_renewal({"staff"}, secret, next.sealed_seed), ErrorKind::unavailable));
  EXPECT_TRUE(fails(database->add_renewed({"staff"}, secret.sealed_seed, {&annas, 1}), ErrorKind::unavailable));
  ASSERT_TRUE(ok(database->add_renewed({"staff"}, next.sealed_seed, {&annas, 1})));
  EXPECT_TRUE(fails(database->finish_renewal({"staff"}, next, next.sealed_seed), ErrorKind::unavailable));

  EXPECT_EQ(database->finish_renewal({"staff"}, secret, next.sealed_seed).value(), 2U);
  const gallery::RowChanges after = changes(before);
  ASSERT_EQ(after.put.size(), 2U);
  for (const auto& row : after.put) EXPECT_EQ(row.sealed.version, next.version);
  EXPECT_EQ(database->row({"staff"}, annas.row).value()->sealed, annas.sealed);
  EXPECT_EQ(database->secret({"staff"}).value(), next);
  EXPECT_EQ(database->renewal({"staff"}).value(), std::nullopt);
  EXPECT_EQ(occurrences(folder.path(), row_of("person_anna", "staff", 1).sealed), 0U);
  EXPECT_EQ(occurrences(folder.path(), secret.sealed_seed), 0U);
}

TEST_F(Rows, that_were_made_anew_are_erased_with_their_person_and_forgotten_with_their_move) {
  add_person(*database, "person_bert");
  enrol(*database, row_of("person_bert", "staff", 2));
  const gallery::GallerySecret next{random_looking(72, 100), {"face@2"}, 0};
  ASSERT_TRUE(ok(database->begin_renewal({"staff"}, next)));
  const auto renewable = database->renewable({"staff"}).value();
  std::vector<gallery::SealedTemplate> renewed{row_of("person_anna", "staff", 1'001),
                                               row_of("person_bert", "staff", 1'002)};
  for (std::size_t i = 0; i < 2; ++i) {
    renewed[i].row = renewable[i].row;
    ASSERT_TRUE(ok(database->add_renewed({"staff"}, next.sealed_seed, {&renewed[i], 1})));
  }
  ASSERT_TRUE(ok(database->apply(consent::EraseSubject{{"person_anna"}, {9}, day(3)})));
  EXPECT_EQ(occurrences(folder.path(), renewed[0].sealed), 0U);
  EXPECT_TRUE(fails(database->add_renewed({"staff"}, next.sealed_seed, {renewed.data(), 1}), ErrorKind::unavailable));
  ASSERT_TRUE(ok(database->begin_renewal({"staff"}, {random_looking(72, 101), {"face@3"}, 0})));
  EXPECT_EQ(occurrences(folder.path(), renewed[1].sealed), 0U);
  EXPECT_EQ(occurrences(folder.path(), next.sealed_seed), 0U);
  EXPECT_FALSE(database->renewable({"staff"}).value()[0].renewed);
  EXPECT_TRUE(fails(database->finish_renewal({"staff"}, secret, next.sealed_seed), ErrorKind::unavailable));
}

TEST_F(Rows, follow_their_watchlist) {
  consent::Watchlist list;
  list.id.value = "watchlist_1";
  list.gallery.value = "wanted";
  list.proposed = day(0);
  list.until = day(60);
  list.zones = {{"door"}};
  consent::Gallery wanted = gallery_of("wanted", Purpose::watchlist);
  wanted.watchlist = list.id;
  ASSERT_TRUE(ok(database->apply(consent::PutWatchlist{list})));
  ASSERT_TRUE(ok(database->apply(consent::AddGallery{wanted})));
  ASSERT_TRUE(ok(database->apply(consent::AddSubject{person("person_sought")})));
  const gallery::SealedTemplate row = row_of("person_sought", "wanted", 7);
  enrol(*database, row);
  const auto one = [&] { return database->changes({"wanted"}, 0).value().put.at(0); };
  EXPECT_EQ(one().from, one().until) << "not approved";

  std::uint64_t before = database->changes({"wanted"}, 0).value().revision;
  list.version = 2;
  list.approvals = {{{"operator:a"}, day(1)}, {{"operator:b"}, day(2)}};
  ASSERT_TRUE(ok(database->apply(consent::PutWatchlist{list})));
  EXPECT_EQ(database->changes({"wanted"}, before).value().put.size(), 1U);
  EXPECT_EQ(one().from, day(2));
  EXPECT_EQ(one().until, day(60));

  before = database->changes({"wanted"}, 0).value().revision;
  list.version = 3;
  list.closed = true;
  ASSERT_TRUE(ok(database->apply(consent::PutWatchlist{list})));
  EXPECT_EQ(database->changes({"wanted"}, before).value().removed.size(), 1U);
  EXPECT_EQ(occurrences(folder.path(), row.sealed), 0U);
  EXPECT_TRUE(fails(add(row), ErrorKind::denied));
}

TEST_F(Rows, of_several_threads_and_processes_all_arrive) {
  const auto other = opened(folder.file());
  constexpr std::uint64_t of_each = 20;
  std::vector<std::jthread> threads;
  std::uint64_t first = 100;
  for (Database* writer : {database.get(), database.get(), other.get()}) {
    threads.emplace_back([writer, first] {
      for (std::uint64_t i = 0; i < of_each; ++i) enrol(*writer, row_of("person_anna", "staff", first + i));
    });
    first += 100;
  }
  std::set<std::uint64_t> followed;
  threads.emplace_back([&] {
    std::uint64_t revision = 0;
    while (followed.size() < 3 * of_each + 1) {
      const auto news = other->changes({"staff"}, revision);
      ASSERT_TRUE(news.has_value());
      for (const auto& row : news->put) EXPECT_TRUE(followed.insert(row.sealed.entry.value).second) << "told twice";
      revision = news->revision;
      std::this_thread::yield();
    }
  });
  threads.clear();
  EXPECT_EQ(followed.size(), 3 * of_each + 1);
}

}  // namespace
}  // namespace regard::store
