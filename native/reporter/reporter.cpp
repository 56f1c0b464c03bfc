// The reporter's state, its thread, and the file. Snapshots are written one at a time, under one lock.
#include "reporter/reporter.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <mutex>

#include "reporter/program_times.h"
#include "reporter/signals.h"
#include "reporter/snapshot.h"
#include "reporter/snapshot_file.h"
#include "v8_heap/heap_gauge.h"

namespace benchmem::reporter {
namespace {

constexpr size_t kLineBytes = 16384;
constexpr size_t kStackBytes = 256 * 1024;
constexpr unsigned kPatienceMs = 50;
// WHY: it is longer, because an answer that is late costs a point of the JavaScript trend.
constexpr unsigned kCollectPatienceMs = 250;
// Collections take at most 5 % of the time that the program has: the next one begins no earlier than 20 times the last
// one's duration, without what it waited for a processor.
constexpr int64_t kPauseFactor = 20;
// Buffers that a collection found dead are freed by V8's own threads, right afterwards.
constexpr int64_t kSweepNs = 2000000;
// WHY: a program that runs for weeks must not fill the disk. From so many lines on, each half as many double the interval.
constexpr uint32_t kLinesAtFirstInterval = 1000;
// WHY: it is so high, because the program's own files must keep the numbers that they would have without us.
constexpr int kLowestDescriptor = 900;

// INVARIANT: `requested` counts the asked, `served` the last one written; both only grow.
struct State {
  std::mutex lock; // of the file and the line
  const benchmem_abi* abi = nullptr;
  ReporterOptions options{};
  pid_t pid = 0;
  SnapshotFile file;
  int64_t started_ms = 0;
  int64_t next_collection_ms = 0; // the reporter's thread only
  std::atomic<bool> finished{false};
  char line[kLineBytes];
  std::atomic<uint32_t> requested{0};
  std::atomic<uint32_t> served{0};
  std::atomic<bool> dying{false};
};
State state;

int64_t now_ms() noexcept {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1000000;
}

void report_locked(const char* kind) noexcept {
  if (state.finished || getpid() != state.pid) return;
  const ReporterOptions& options = state.options;
  const SnapshotRequest request = {kind,          now_ms() - state.started_ms, options.token,    options.has_heap,
                                   options.glibc, state.file.lines() == 0,     state.file.lost()};
  state.file.append(state.line, write_snapshot(*state.abi, request, state.line, kLineBytes));
}

// Sleeps until a request that is not `served`, or for so long. A spurious wake-up only looks again.
void wait_for_request(uint32_t served, int64_t most_ms) noexcept {
  const timespec timeout = {most_ms / 1000, most_ms % 1000 * 1000000};
  syscall(SYS_futex, &state.requested, FUTEX_WAIT_PRIVATE, served, most_ms < 0 ? nullptr : &timeout, nullptr, 0);
}

void ask_heaps() noexcept {
  const bool collect = state.options.collect && now_ms() >= state.next_collection_ms;
  const unsigned patience_ms = collect ? kCollectPatienceMs : kPatienceMs;
  const int64_t took_ns = v8_heap::HeapGauge::ask_all(*state.abi, patience_ms, collect, state.dying);
  if (!collect) return;
  state.next_collection_ms = now_ms() + (took_ns * kPauseFactor + 999999) / 1000000;
  const timespec sweep = {0, kSweepNs};
  nanosleep(&sweep, nullptr);
}

void serve(const char* kind, uint32_t upto) noexcept {
  // In a process that is about to die nobody answers: its thread waits in the signal's handler for us.
  const bool dying = state.dying.load(std::memory_order_acquire);
  if (state.options.has_heap && !dying) ask_heaps();
  std::lock_guard<std::mutex> guard(state.lock);
  report_locked(dying ? "death" : kind);
  state.served.store(upto, std::memory_order_release);
}

void* run(void*) noexcept {
  state.abi->pause_current_thread();
  leave_out_this_thread();
  auto interval = static_cast<int64_t>(state.options.interval_ms);
  uint32_t doubles_at = kLinesAtFirstInterval;
  int64_t next_ms = interval > 0 ? state.started_ms + interval : -1;
  uint32_t served = 0;
  while (!state.finished.load(std::memory_order_acquire)) {
    const uint32_t requested = state.requested.load(std::memory_order_acquire);
    const int64_t now = now_ms();
    if (requested != served) {
      serve("signal", requested);
      served = requested;
    } else if (next_ms >= 0 && now >= next_ms) {
      serve("interval", requested);
      if (state.file.lines() >= doubles_at) {
        interval *= 2;
        doubles_at += kLinesAtFirstInterval / 2;
      }
      const int64_t after = now_ms();
      while (next_ms <= after) next_ms += interval;
    } else {
      wait_for_request(served, next_ms < 0 ? -1 : next_ms - now);
    }
  }
  return nullptr;
}

// WHY: every signal is blocked, because the program's handlers must run on the threads that they run on without us.
bool start_thread() noexcept {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  const int failed = pthread_create(&thread, &attributes, run, nullptr);
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return failed == 0;
}

int open_high(const char* path) noexcept {
  const int low = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (low < 0) return -1;
  const int high = fcntl(low, F_DUPFD_CLOEXEC, kLowestDescriptor);
  if (high < 0) return low;
  close(low);
  return high;
}

} // namespace

StartResult start(const benchmem_abi& abi, const ReporterOptions& options) noexcept {
  std::unique_lock<std::mutex> guard(state.lock);
  if (state.abi != nullptr) return StartResult::kRunning;
  state.file.use(open_high(options.path));
  if (!state.file.is_open()) return StartResult::kNoFile;
  state.abi = &abi;
  state.options = options;
  state.options.path = nullptr;
  state.pid = getpid();
  state.started_ms = now_ms();
  report_locked("start");
  // process.exit() ends the process without tearing environments down.
  if (std::atexit(finish) != 0 || !start_thread()) return StartResult::kNoThread;
  guard.unlock();
  handle_signals(options.signal);
  return StartResult::kStarted;
}

void finish() noexcept {
  if (state.abi == nullptr || getpid() != state.pid) return;
  if (state.options.has_heap) v8_heap::HeapGauge::read_last();
  std::lock_guard<std::mutex> guard(state.lock);
  report_locked("exit");
  state.finished = true;
}

uint32_t request_from_signal(bool last) noexcept {
  if (last) state.dying.store(true, std::memory_order_release);
  const uint32_t number = state.requested.fetch_add(1, std::memory_order_acq_rel) + 1;
  syscall(SYS_futex, &state.requested, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
  return number;
}

bool is_served(uint32_t number) noexcept {
  return getpid() != state.pid || state.served.load(std::memory_order_acquire) >= number;
}

} // namespace benchmem::reporter
