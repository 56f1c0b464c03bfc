// pthread_cond_wait and its signals, which libbenchmem.so puts in front of the C library's: V8's threads wait for their tasks
// there. Node names these threads from version 24 on; where it does not, nothing is held.

#include "interposer/preload/engine_threads.h"

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cstring>

#include "interposer/preload/route.h"
#include "kernel/task_gate.h"

namespace benchmem::preload {

namespace {

// What a collection leaves over takes microseconds, and a thread without a processor some milliseconds to come to it. A collection
// of gigabytes takes seconds.
TaskGate gate({/* holder_ns: */ 50'000'000, /* thread_ns: */ 5'000'000'000});

// Where all of them wait: what the first one waited for first. Null: nobody has.
std::atomic<pthread_cond_t*> queue{nullptr};

struct Thread {
  bool is_known;
  bool is_engines;
  bool has_woken;
};
__thread Thread tls_thread __attribute__((tls_model("initial-exec"))) = {};

// WHY: glibc is asked for a version, because without one some of them give the oldest, which has another layout. What another
// library puts before glibc's is taken as it is.
#if defined(__x86_64__)
constexpr char kVersion[] = "GLIBC_2.3.2";
#else
constexpr char kVersion[] = "GLIBC_2.17";
#endif

void* look_up(const char* name) noexcept {
  void* const first = dlsym(RTLD_NEXT, name);
  void* const versioned = dlvsym(RTLD_NEXT, name, kVersion);
  Dl_info firsts;
  Dl_info versioneds;
  const bool both = dladdr(first, &firsts) != 0 && dladdr(versioned, &versioneds) != 0;
  return both && firsts.dli_fbase == versioneds.dli_fbase ? versioned : first;
}

// INVARIANT: it is there before any constructor runs, because those of other libraries call these functions.
template <class Function>
class NextDefinition {
 public:
  explicit constexpr NextDefinition(const char* name) noexcept : name_(name) {}
  Function find() noexcept {
    Function next = known_.load(std::memory_order_relaxed);
    if (next != nullptr) return next;
    next = reinterpret_cast<Function>(look_up(name_));
    known_.store(next, std::memory_order_relaxed);
    return next;
  }

 private:
  const char* const name_;
  std::atomic<Function> known_{nullptr};
};

using Wait = int (*)(pthread_cond_t*, pthread_mutex_t*);
using Signal = int (*)(pthread_cond_t*);
NextDefinition<Wait> next_wait("pthread_cond_wait");
NextDefinition<Signal> next_signal("pthread_cond_signal");
NextDefinition<Signal> next_broadcast("pthread_cond_broadcast");

// `node-V8Worker`, or on Node 24 `V8Worker`.
bool is_named_as_engines() noexcept {
  constexpr char kEnd[] = "V8Worker";
  char name[16];
  if (pthread_getname_np(pthread_self(), name, sizeof(name)) != 0) return false;
  const size_t length = strlen(name);
  return length >= sizeof(kEnd) - 1 && strcmp(name + length - (sizeof(kEnd) - 1), kEnd) == 0;
}

bool is_queue(const pthread_cond_t* condition) noexcept { return condition == queue.load(std::memory_order_relaxed); }

bool waits_for_task(pthread_cond_t* condition) noexcept {
  Thread& thread = tls_thread;
  if (!thread.is_known) {
    thread.is_known = true;
    thread.is_engines = is_named_as_engines();
    pthread_cond_t* nobodys = nullptr;
    if (thread.is_engines) queue.compare_exchange_strong(nobodys, condition);
  }
  return thread.is_engines && is_queue(condition);
}

int wait_for_task(Wait wait, pthread_cond_t* condition, pthread_mutex_t* mutex) noexcept {
  Thread& thread = tls_thread;
  if (thread.has_woken) gate.end_task();
  gate.will_wait(thread.has_woken);
  const int result = wait(condition, mutex);
  gate.has_woken();
  thread.has_woken = true;
  if (gate.try_begin_task()) return result;
  // SAFETY: whoever holds may hand in a task, which takes this lock. Who waits for a condition looks at it again afterwards.
  pthread_mutex_unlock(mutex);
  gate.begin_task();
  pthread_mutex_lock(mutex);
  return result;
}

} // namespace

void find_condition_functions() noexcept {
  next_wait.find();
  next_signal.find();
  next_broadcast.find();
}

void hold_engine_threads() noexcept { gate.hold(); }
void release_engine_threads() noexcept { gate.release(); }

void reset_engine_threads_after_fork() noexcept { gate.reset_after_fork(); }

// WHY: this is not noexcept, because a thread that is cancelled while it waits is unwound through here. V8's are not cancelled.
extern "C" BENCHMEM_EXPORT int entry_cond_wait(pthread_cond_t* condition,
                                               pthread_mutex_t* mutex) __asm__("pthread_cond_wait");
int entry_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  const Wait wait = next_wait.find();
  return waits_for_task(condition) ? wait_for_task(wait, condition, mutex) : wait(condition, mutex);
}

// Node signals with the queue's lock held.
extern "C" BENCHMEM_EXPORT int entry_cond_signal(pthread_cond_t* condition) noexcept __asm__("pthread_cond_signal");
int entry_cond_signal(pthread_cond_t* condition) noexcept {
  if (is_queue(condition)) gate.signal_one();
  return next_signal.find()(condition);
}

extern "C" BENCHMEM_EXPORT int entry_cond_broadcast(pthread_cond_t* condition) noexcept
    __asm__("pthread_cond_broadcast");
int entry_cond_broadcast(pthread_cond_t* condition) noexcept {
  if (is_queue(condition)) gate.signal_all();
  return next_broadcast.find()(condition);
}

} // namespace benchmem::preload
