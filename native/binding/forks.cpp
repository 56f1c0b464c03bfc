// The count, and the handler that the C library calls after each fork.

#include "binding/forks.h"

#include <pthread.h>

#include <atomic>

namespace benchmem::binding {

namespace {

enum class Counting { kNot, kStarted, kRefused };
std::atomic<Counting> counting{Counting::kNot};
std::atomic<uint32_t> forks{0};

Counting start() noexcept {
  Counting expected = Counting::kNot;
  if (!counting.compare_exchange_strong(expected, Counting::kStarted)) return expected;
  const bool refused = pthread_atfork(
                           nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); }, nullptr) != 0;
  if (refused) counting.store(Counting::kRefused);
  return refused ? Counting::kRefused : Counting::kStarted;
}

} // namespace

Napi::Value forked_processes(const Napi::CallbackInfo& info) {
  if (start() == Counting::kRefused) return info.Env().Undefined();
  return Napi::Number::New(info.Env(), forks.load(std::memory_order_relaxed));
}

} // namespace benchmem::binding
