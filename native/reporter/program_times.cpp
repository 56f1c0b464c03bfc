// The kernel's clocks of this process and of the reporter's thread, and /proc/self/schedstat.
#include "reporter/program_times.h"

#include <fcntl.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>

#include "v8_heap/asked_collections.h"

namespace benchmem::reporter {
namespace {

// WHY: there is a flag beside it, because every number may be a clock's name.
std::atomic<clockid_t> own_clock{};
std::atomic<bool> has_own_clock{false};

int64_t read_us(clockid_t clock) noexcept {
  timespec time{};
  return clock_gettime(clock, &time) == 0 ? int64_t{time.tv_sec} * 1000000 + time.tv_nsec / 1000 : -1;
}

int64_t own_us() noexcept {
  if (!has_own_clock.load(std::memory_order_acquire)) return 0;
  const int64_t own = read_us(own_clock.load(std::memory_order_relaxed));
  return own < 0 ? 0 : own;
}

// Three numbers in one line: nanoseconds on a processor, nanoseconds runnable without one, turns on a processor.
int64_t read_waited_us() noexcept {
  const int file = open("/proc/self/schedstat", O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  char text[128];
  const ssize_t length = read(file, text, sizeof(text) - 1);
  close(file);
  if (length <= 0) return -1;
  text[length] = '\0';
  unsigned long long ran = 0;
  unsigned long long waited = 0;
  return std::sscanf(text, "%llu %llu", &ran, &waited) == 2 ? static_cast<int64_t>(waited / 1000) : -1;
}

} // namespace

void leave_out_this_thread() noexcept {
  clockid_t clock{};
  if (pthread_getcpuclockid(pthread_self(), &clock) != 0) return;
  own_clock.store(clock, std::memory_order_relaxed);
  has_own_clock.store(true, std::memory_order_release);
}

ProgramTimes read_program_times() noexcept {
  ProgramTimes out;
  const int64_t all = read_us(CLOCK_PROCESS_CPUTIME_ID);
  if (all >= 0) out.cpu_us = all - own_us() - v8_heap::asked_collections_ns() / 1000;
  out.waited_us = read_waited_us();
  return out;
}

} // namespace benchmem::reporter
