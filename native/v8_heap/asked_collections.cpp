// A count of those that run, and the process's CPU time at its last change from none to one.
#include "v8_heap/asked_collections.h"

#include <time.h>

#include <mutex>

namespace benchmem::v8_heap {
namespace {

// INVARIANT: `ended_ns` is the time of all that ended before `began_ns`; several at once are counted once.
std::mutex lock;
unsigned running = 0;
int64_t began_ns = 0;
int64_t ended_ns = 0;

int64_t process_ns() noexcept {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return int64_t{time.tv_sec} * 1000000000 + time.tv_nsec;
}

} // namespace

AskedCollection::AskedCollection() noexcept {
  std::lock_guard<std::mutex> guard(lock);
  if (running == 0) began_ns = process_ns();
  ++running;
}

AskedCollection::~AskedCollection() {
  std::lock_guard<std::mutex> guard(lock);
  --running;
  if (running == 0) ended_ns += process_ns() - began_ns;
}

int64_t asked_collections_ns() noexcept {
  std::lock_guard<std::mutex> guard(lock);
  return running == 0 ? ended_ns : ended_ns + process_ns() - began_ns;
}

} // namespace benchmem::v8_heap
