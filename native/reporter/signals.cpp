// Handlers are set once, at the start, natively: JavaScript sees no listener, and process.on() replaces them.
#include "reporter/signals.h"

#include <signal.h>
#include <time.h>

#include <cerrno>

#include "reporter/reporter.h"

namespace benchmem::reporter {
namespace {

constexpr int kLastSignals[] = {SIGINT, SIGTERM, SIGHUP};
constexpr int kMostWaitMs = 500;

struct sigaction before_us[NSIG];

void on_snapshot_signal(int) {
  const int saved = errno;
  request_from_signal(false);
  errno = saved;
}

// Waits for the last snapshot, then lets the signal do what it would have done.
// WHY: there is a bound, because the interrupted thread may hold a lock that the snapshot needs.
void on_last_signal(int signal) {
  const int saved = errno;
  const uint32_t number = request_from_signal(true);
  const timespec pause = {0, 1000000};
  for (int waited = 0; waited < kMostWaitMs && !is_served(number); ++waited) nanosleep(&pause, nullptr);
  sigaction(signal, &before_us[signal], nullptr);
  raise(signal); // delivered when this handler returns
  errno = saved;
}

void install(int signal, void (*handler)(int)) noexcept {
  struct sigaction ours = {};
  ours.sa_handler = handler;
  ours.sa_flags = SA_RESTART;
  sigemptyset(&ours.sa_mask);
  sigaction(signal, &ours, &before_us[signal]);
}

bool is_default(int signal) noexcept {
  struct sigaction present = {};
  return sigaction(signal, nullptr, &present) == 0 && (present.sa_flags & SA_SIGINFO) == 0 &&
         present.sa_handler == SIG_DFL;
}

bool is_ignored(int signal) noexcept {
  struct sigaction present = {};
  return sigaction(signal, nullptr, &present) != 0 ||
         ((present.sa_flags & SA_SIGINFO) == 0 && present.sa_handler == SIG_IGN);
}

} // namespace

void handle_signals(int snapshot_signal) noexcept {
  if (snapshot_signal > 0 && snapshot_signal < NSIG && is_default(snapshot_signal)) {
    install(snapshot_signal, on_snapshot_signal);
  }
  // SIGINT and SIGTERM have a handler of node's, which resets the terminal and raises the signal again.
  for (const int signal : kLastSignals) {
    if (signal != snapshot_signal && !is_ignored(signal)) install(signal, on_last_signal);
  }
}

} // namespace benchmem::reporter
