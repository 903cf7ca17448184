#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <random>
#include <thread>

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
  DeliveryThread(Journal& journal, std::unique_ptr<Outlet> outlet, const Options& options, Say say)
      : journal_{journal},
        outlet_{std::move(outlet)},
        options_{options},
        say_{std::move(say)},
        thread_{[this](const std::stop_token& stop) { run(stop); }} {}

  [[nodiscard]] const std::string& name() const override { return outlet_->name(); }

 private:
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
    auto records = journal_.next(name(), most_at_once, stop, idle_step);
    tell_losses();
    if (!records) return wait_after(records.error(), {}, stop);
    if (records->empty()) {
      if (auto idle = outlet_->idle(); !idle) return wait_after(idle.error(), {}, stop);
      return tell_success();
    }
    const Outlet::Outcome outcome = outlet_->deliver(*records, stop);
    if (outcome.done > 0) {
      const auto acknowledged = journal_.acknowledge(name(), (*records)[outcome.done - 1].number);
      if (!acknowledged) return wait_after(acknowledged.error(), {}, stop);
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
  const Options options_;
  const Say say_;
  std::mt19937 random_{std::random_device{}()};
  unsigned failures_ = 0;
  std::uint64_t told_lost_ = 0;
  std::jthread thread_;  // last: ends before what it uses
};

}  // namespace

Result<std::unique_ptr<Delivery>> Delivery::start(Journal& journal, std::unique_ptr<Outlet> outlet,
                                                  const Options& options, Say say) {
  if (auto joined = journal.join(outlet->name()); !joined) return pass_on(std::move(joined));
  return std::make_unique<DeliveryThread>(journal, std::move(outlet), options, std::move(say));
}

}  // namespace regard::sinks
