// Making, pausing and recycling of thread blocks; the thread-exit key.

#include "tracker/thread_registry.h"

#include <new>
#include <pthread.h>

#include "kernel/futex_lock.h"
#include "kernel/raw_pages.h"
#include "tracker/shadow_map.h"

namespace benchmem {

ThreadBlock homeless_block;
__thread ThreadBlock* tls_open_block __attribute__((tls_model("initial-exec"), visibility("hidden"))) = &homeless_block;
ThreadRegistry thread_registry;

namespace {

// What only the slow path reads about the current thread.
struct ThreadState {
  ThreadBlock* block;
  uint32_t pause_depth;
  bool making_block; // pthread_setspecific may allocate: its hook must not come back here
  bool ended;
};
__thread ThreadState tls_state __attribute__((tls_model("initial-exec")));

FutexLock pool_lock; // guards free_blocks and the key; never held while anything else is called
ThreadBlock* free_blocks = nullptr;
pthread_key_t exit_key;
bool have_exit_key = false; // made with the first block

} // namespace

void ThreadBlock::reset_figures(uint32_t window_tag) noexcept {
  tag = window_tag;
  stamp = ShadowEntry::stamp_of(window_tag);
  for (OlderFrees& frees : older_frees) frees = OlderFrees{};
  for (size_t id = 0; id < kObjectIds; ++id) {
    objects[id] = ObjectCounters{};
    objects[id].credit = &credit[source_of(static_cast<ObjectId>(id))];
  }
}

void ThreadBlock::reset_pressure() noexcept {
  const int64_t step = pressure_callback == nullptr ? Pressure::kNobodyWatches : pressure_step;
  pressure[BENCHMEM_PROGRAM] = Pressure{step, step, pressure_callback != nullptr};
}

ThreadBlock* ThreadRegistry::take_block() noexcept {
  {
    LockGuard guard(pool_lock);
    if (!have_exit_key) have_exit_key = pthread_key_create(&exit_key, at_thread_exit) == 0;
    if (ThreadBlock* block = free_blocks) {
      free_blocks = block->next_free;
      return block;
    }
  }
  void* pages = map_pages(sizeof(ThreadBlock));
  if (pages == nullptr) return nullptr;
  auto* block = new (pages) ThreadBlock;
  block->next_block = all_.load(std::memory_order_relaxed);
  while (!all_.compare_exchange_weak(block->next_block, block, std::memory_order_acq_rel)) {
  }
  return block;
}

ThreadBlock* ThreadRegistry::own_block() noexcept {
  ThreadState& state = tls_state;
  if (state.block != nullptr || state.making_block || state.ended) return state.block;
  state.making_block = true;
  ThreadBlock* block = take_block();
  if (block != nullptr && have_exit_key) pthread_setspecific(exit_key, block);
  state.block = block;
  state.making_block = false;
  if (block != nullptr && state.pause_depth == 0) tls_open_block = block;
  return block;
}

bool ThreadRegistry::paused() const noexcept { return tls_state.pause_depth != 0 || tls_state.making_block; }

void ThreadRegistry::pause() noexcept {
  ++tls_state.pause_depth;
  tls_open_block = &homeless_block;
}

void ThreadRegistry::resume() noexcept {
  if (tls_state.pause_depth == 0 || --tls_state.pause_depth > 0) return;
  tls_open_block = tls_state.block != nullptr ? tls_state.block : &homeless_block;
}

void ThreadRegistry::at_thread_exit(void* pointer) noexcept {
  auto* block = static_cast<ThreadBlock*>(pointer);
  // Other destructors of this thread may still allocate and free: the slow path serves them without a block.
  tls_open_block = &homeless_block;
  tls_state.block = nullptr;
  tls_state.ended = true;
  release_ended_thread(block);
  thread_registry.recycle(block);
}

void ThreadRegistry::recycle(ThreadBlock* block) noexcept {
  LockGuard guard(pool_lock);
  block->next_free = free_blocks;
  free_blocks = block;
}

void ThreadRegistry::reset_after_fork() noexcept {
  pool_lock.reset_after_fork();
  for (ThreadBlock* block = all(); block != nullptr; block = block->next_block) {
    block->gate.reset_after_fork();
    block->attached = false;
    block->next_attached = nullptr;
  }
}

} // namespace benchmem
