// From an exported entry point to the chosen back end: straight on while no window is open, through the hooks else.
#ifndef BENCHMEM_INTERPOSER_PRELOAD_ROUTE_H_
#define BENCHMEM_INTERPOSER_PRELOAD_ROUTE_H_

#include <cerrno>

#include "backend/extent_hooks.h"
#include "backend/jemalloc_backend.h"
#include "backend/jemalloc_fast_path.h"
#include "backend/system_backend.h"
#include "interposer/hooks.h"
#include "interposer/preload/allocator_choice.h"

#define BENCHMEM_EXPORT __attribute__((visibility("default"), used))

namespace benchmem::preload {

// A back end with everything that is exported, called without the hooks.
template <class Backend>
struct Direct : Backend {
  static void* reallocarray(void* block, size_t count, size_t size) noexcept {
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) {
      errno = ENOMEM;
      return nullptr;
    }
    return Backend::realloc(block, bytes);
  }
};

// Who serves a call right now: the tracker's hook_state as it is. PERF: one load, and the call itself is a jump.
enum class Way : uint8_t {
  kJemalloc = static_cast<uint8_t>(Allocator::kJemalloc),
  kJemallocHooks = kJemalloc | tracker::kWindowIsOpen,
  kSystem = static_cast<uint8_t>(Allocator::kSystem),
  kSystemHooks = kSystem | tracker::kWindowIsOpen,
};
__attribute__((always_inline)) inline Way way() noexcept {
  return static_cast<Way>(tracker::hook_state.load(std::memory_order_acquire)); // as window_is_open()
}

// What to do after a call that raised the mapped mark: its block is accounted now, and returned.
void* note_raised_mark(void* block) noexcept;

struct RaisedMark {
  __attribute__((always_inline)) static void* accounted(void* block) noexcept {
    return __builtin_expect(tls_raised_mark != 0, 0) ? note_raised_mark(block) : block;
  }
};
template <bool kSawOpen>
using JemallocHooks = Hooks<JemallocFastPath, RaisedMark, kSawOpen>;
template <bool kSawOpen>
using SystemHooks = Hooks<SystemBackend, NoObserver, kSawOpen>;

// Calls `call` with the hooks over the chosen back end; the first call of all makes the choice.
template <class Call>
__attribute__((always_inline)) inline auto through_hooks(const Call& call) noexcept {
  if (__builtin_expect(chosen_allocator() == Allocator::kUndecided, 0)) choose_allocator();
  if (chosen_allocator() == Allocator::kSystem) return call(SystemHooks<false>());
  return call(JemallocHooks<false>());
}

} // namespace benchmem::preload

#endif // BENCHMEM_INTERPOSER_PRELOAD_ROUTE_H_
