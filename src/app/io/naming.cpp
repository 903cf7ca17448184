#include "app/naming.h"

#include <memory>
#include <mutex>

namespace regard::app {
namespace {

Result<std::optional<std::string>> name_in(store::Database& database, const consent::SubjectId& person,
                                           const consent::GalleryName& name, Timestamp now) {
  consent::Facts facts;
  auto subject = database.subject(person);
  if (!subject) return pass_on(std::move(subject));
  facts.subject = std::move(*subject);
  auto gallery = database.gallery(name);
  if (!gallery) return pass_on(std::move(gallery));
  facts.gallery = std::move(*gallery);
  if (!facts.subject || !facts.gallery) return std::nullopt;
  auto consents = database.consents(person);
  if (!consents) return pass_on(std::move(consents));
  facts.consents = std::move(*consents);
  auto enrolled = database.is_enrolled(person, name);
  if (!enrolled) return pass_on(std::move(enrolled));
  facts.is_enrolled = *enrolled;
  if (facts.gallery->watchlist) {
    auto watchlist = database.watchlist(*facts.gallery->watchlist);
    if (!watchlist) return pass_on(std::move(watchlist));
    facts.watchlist = std::move(*watchlist);
  }
  return name_to_tell(facts, now);
}

/// A database that is opened when it is needed. Internally locked.
class LazyDatabase {
 public:
  explicit LazyDatabase(std::filesystem::path file) : file_{std::move(file)} {}

  /// Null when there is no such file.
  Result<store::Database*> get() {
    const std::lock_guard lock{mutex_};
    std::error_code failure;
    if (!database_ && !std::filesystem::exists(file_, failure)) return nullptr;
    if (!database_) {
      auto opened = store::Database::open(file_);
      if (!opened) return pass_on(std::move(opened));
      database_ = std::move(*opened);
    }
    return database_.get();
  }

 private:
  const std::filesystem::path file_;
  std::mutex mutex_;
  std::unique_ptr<store::Database> database_;
};

}  // namespace

sinks::Naming names_from(store::Database& database, const Clock& clock) {
  return [&](const consent::SubjectId& person, const consent::GalleryName& gallery) {
    return name_in(database, person, gallery, clock.now());
  };
}

sinks::Naming names_from(const std::filesystem::path& file, const Clock& clock) {
  return
      [&clock, lazy = std::make_shared<LazyDatabase>(file)](
          const consent::SubjectId& person, const consent::GalleryName& gallery) -> Result<std::optional<std::string>> {
        auto database = lazy->get();
        if (!database) return pass_on(std::move(database));
        if (*database == nullptr) return std::nullopt;
        return name_in(**database, person, gallery, clock.now());
      };
}

}  // namespace regard::app
