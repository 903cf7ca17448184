#include "app/stop_on_signal.h"

#include <signal.h>

#include <atomic>
#include <chrono>
#include <csignal>

namespace regard::app {
namespace {

/// Set by the handler: signals reach any thread, also those that libraries start before main, so blocking them in ours
/// is not enough.
std::atomic<bool> asked_to_stop = false;
std::atomic<bool> asked_to_reload = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may not wait");

}  // namespace

StopOnSignal::StopOnSignal() {
  asked_to_stop = false;
  struct sigaction action {};
  action.sa_handler = [](int) { asked_to_stop = true; };
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
  waiter_ = std::jthread{[this](const std::stop_token& over) {
    while (!over.stop_requested() && !asked_to_stop) std::this_thread::sleep_for(std::chrono::milliseconds{50});
    if (asked_to_stop) stop_.request_stop();
  }};
}

ReloadOnSignal::ReloadOnSignal() {
  asked_to_reload = false;
  struct sigaction action {};
  action.sa_handler = [](int) { asked_to_reload = true; };
  action.sa_flags = SA_RESTART;
  sigaction(SIGHUP, &action, nullptr);
}

ReloadOnSignal::~ReloadOnSignal() { std::signal(SIGHUP, SIG_DFL); }

bool ReloadOnSignal::was_asked() { return asked_to_reload.exchange(false); }

}  // namespace regard::app
