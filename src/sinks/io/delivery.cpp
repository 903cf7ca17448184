#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <random>
#include <thread>

#include "sinks/dead_letters.h"
#include "sinks/logic/backoff.h"
#include "sinks/outlets.h"

namespace regard::sinks {
namespace {

/// Records handed over at a time: enough to keep a connection busy, few enough to repeat when it breaks.
constexpr std::size_t most_at_once = 64;
/// How often an outlet is given the chance to keep its connection alive.
constexpr Duration idle_step = std::chrono::milliseconds{100};

class DeliveryThread final : public Delivery {
 public:
  DeliveryThread(Journal& journal, std::unique_ptr<Outlet> outlet, const Options& options, Say say, Naming naming)
      : journal_{journal},
        outlet_{std::move(outlet)},
        address_{outlet_->address()},
        options_{options},
        say_{std::move(say)},
        naming_{std::move(naming)},
        dead_{journal.folder(), outlet_->name()},
        thread_{[this](const std::stop_token& stop) { run(stop); }} {}

  [[nodiscard]] const std::string& name() const override { return outlet_->name(); }
  [[nodiscard]] const std::string& address() const override { return address_; }

 private:
  using Records = std::vector<Journal::Record>;

  void run(const std::stop_token& stop) {
    // A connection that breaks is an error code here, not a signal.
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    while (!stop.stop_requested()) step(stop);
    outlet_->close();
  }

  void step(const std::stop_token& stop) {
    if (dead_.version() != seen_dead_) return replay(stop);
    auto records = journal_.next(name(), most_at_once, stop, idle_step);
    tell_losses();
    if (!records) return wait_after(records.error(), {}, stop);
    if (records->empty()) {
      if (auto idle = outlet_->idle(); !idle) return wait_after(idle.error(), {}, stop);
      return tell_success();
    }
    const Outlet::Outcome outcome = deliver(*records, stop);
    std::size_t done = outcome.done;
    if (outcome.refused) {
      auto buried = bury((*records)[done], *outcome.refused);
      if (!buried) return wait_after(buried.error(), {}, stop);
      ++done;
    }
    if (done > 0) {
      const auto acknowledged = journal_.acknowledge(name(), (*records)[done - 1].number);
      if (!acknowledged) return wait_after(acknowledged.error(), {}, stop);
      tell_success();
    }
    if (outcome.problem) wait_after(*outcome.problem, outcome.wait, stop);
  }

  /// People get their names now, if they still may be named.
  Outlet::Outcome deliver(const Records& records, const std::stop_token& stop) {
    Records told;
    for (const Journal::Record& record : records) {
      auto text = named(record.text, naming_);
      if (!text && told.empty()) return {0, text.error(), {}};
      if (!text) break;  // those before it first
      told.push_back({record.number, std::move(*text)});
    }
    return outlet_->deliver(told, stop);
  }

  [[nodiscard]] DeadLetter letter_of(const Journal::Record& record, const Outlet::Refusal& refusal) const {
    return {.number = record.number,
            .time = clock_->now(),
            .status = refusal.status,
            .cause = refusal.cause,
            .attempts = refusal.attempts,
            .is_asked_again = false,
            .text = record.text};
  }

  /// As it lay in the journal: without names.
  Result<void> bury(const Journal::Record& record, const Outlet::Refusal& refusal) {
    auto gone = dead_.add(letter_of(record, refusal));
    if (!gone) return pass_on(std::move(gone));
    if (*gone > 0) say_(name() + ": the oldest " + std::to_string(*gone) + " dead letters had to go");
    return {};
  }

  /// Delivers the dead letters that somebody asked for again.
  void replay(const std::stop_token& stop) {
    const std::string version = dead_.version();
    auto letters = dead_.list();
    if (!letters) return wait_after(letters.error(), {}, stop);
    std::erase_if(*letters, [](const DeadLetter& one) { return !one.is_asked_again; });
    if (letters->empty()) {
      seen_dead_ = version;
      return;
    }
    std::vector<std::uint64_t> delivered;
    std::vector<DeadLetter> refused;
    Outlet::Outcome outcome;
    for (std::size_t i = 0; i < std::min(letters->size(), most_at_once) && !outcome.problem; ++i) {
      const Journal::Record record{(*letters)[i].number, (*letters)[i].text};
      outcome = deliver({record}, stop);
      if (outcome.done > 0) delivered.push_back(record.number);
      if (outcome.refused) refused.push_back(letter_of(record, *outcome.refused));
    }
    if (!delivered.empty() || !refused.empty()) {
      if (auto settled = dead_.settle(delivered, refused); !settled) return wait_after(settled.error(), {}, stop);
      tell_success();
    }
    if (outcome.problem) wait_after(*outcome.problem, outcome.wait, stop);
  }

  void tell_losses() {
    const Journal::Backlog backlog = journal_.backlog(name());
    if (backlog.lost == told_lost_) return;
    say_(name() + " will never get " + std::to_string(backlog.lost - told_lost_) +
         " events: the journal was full or damaged; " + std::to_string(backlog.waiting) + " wait");
    told_lost_ = backlog.lost;
  }

  void tell_success() {
    if (failures_ > 0) say_(name() + " answers again");
    failures_ = 0;
  }

  void wait_after(const Error& error, Duration asked, const std::stop_token& stop) {
    if (stop.stop_requested()) return;
    // One line when it goes down, not one for each attempt.
    if (++failures_ == 1) say_(error.message() + "; events wait in the journal");
    const double chance = std::uniform_real_distribution{0.0, 1.0}(random_);
    static_cast<void>(pause(std::max(std::min(asked, options_.longest_pause),
                                     pause_after(failures_, options_.first_pause, options_.longest_pause, chance)),
                            stop));
  }

  Journal& journal_;
  const std::unique_ptr<Outlet> outlet_;
  const std::string address_;
  const Options options_;
  const Say say_;
  const Naming naming_;
  const DeadLetters dead_;
  const std::unique_ptr<Clock> clock_ = system_clock();
  std::string seen_dead_;  ///< version of the dead letters of which none was asked again
  std::mt19937 random_{std::random_device{}()};
  unsigned failures_ = 0;
  std::uint64_t told_lost_ = 0;
  std::jthread thread_;  // last: ends before what it uses
};

}  // namespace

Result<std::unique_ptr<Delivery>> Delivery::start(Journal& journal, std::unique_ptr<Outlet> outlet,
                                                  const Options& options, Say say, Naming naming) {
  if (auto joined = journal.join(outlet->name()); !joined) return pass_on(std::move(joined));
  return std::make_unique<DeliveryThread>(journal, std::move(outlet), options, std::move(say), std::move(naming));
}

}  // namespace regard::sinks
