// One thread's gate into the accounting: nearly free for its owner, closable by whoever settles the marks.
//
// The owner passes it around every event; a settler (one at a time, under the tracker's lock) closes it and
// waits until the owner is outside. Two words: `state` is written by settlers only, `inside` by the owner only.
//
// INVARIANT: after close() of every gate, heavy_barrier() where any was biased, and await_outside() of every
// gate, no owner is inside and none gets in until reopened.
// Argument. The owner stores inside, then reads state; the settler stores state (closed), then reads inside:
// Dekker's pattern, in which at least one sees the other's store if neither pair is reordered.
//   shared: the owner stores once more by an exchange (a full barrier); the settler's store is one as well.
//   biased: the owner's two are plain; membarrier(PRIVATE_EXPEDITED), which the settler calls between its store
//   and its read, makes every running thread of the process execute a full barrier at some instant in between.
//   An owner that read "open" before that instant has its `inside` visible to the settler's read; one that
//   reads after it sees "closed". A preempted thread passed a full barrier when it was switched out.
// Everything the owner did inside is visible to the settler: release in leave(), acquire (or more) in await_outside();
// everything the settler did is visible to the owner: release in open(), acquire (or more) in enter().
#ifndef BENCHMEM_TRACKER_THREAD_GATE_H_
#define BENCHMEM_TRACKER_THREAD_GATE_H_

#include <atomic>
#include <cstdint>

namespace benchmem {

class ThreadGate {
 public:
  enum State { kClosed, kBiased, kShared };

  // Owner only, the fast path's form: only a biased gate. False: outside as before. *pass: what open() was given.
  // PERF: a store of a constant, a load and a test; no locked instruction, and no value to keep till leave().
  __attribute__((always_inline)) bool enter_biased(uint32_t* pass) noexcept {
    inside_.store(1, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    const int32_t state = state_.load(std::memory_order_seq_cst);
    *pass = static_cast<uint32_t>(state);
    if (__builtin_expect(state > 0, 1)) return true;
    leave();
    return false;
  }
  __attribute__((always_inline)) void leave() noexcept { inside_.store(0, std::memory_order_release); }

  // Owner only, biased or shared. False: closed, take the slow path.
  bool enter() noexcept {
    uint32_t pass = 0;
    return enter_biased(&pass) || enter_shared();
  }

  // Settler only, under the tracker's lock.
  State state() const noexcept {
    const int32_t state = state_.load(std::memory_order_relaxed);
    return state == 0 ? kClosed : (state > 0 ? kBiased : kShared);
  }
  void close() noexcept { state_.store(0, std::memory_order_seq_cst); }
  // `pass`, from 1 to INT32_MAX, is for the owner, which reads it anyway when it enters.
  void open(State state, uint32_t pass) noexcept {
    const auto positive = static_cast<int32_t>(pass);
    state_.store(state == kShared ? -positive : positive, std::memory_order_release);
  }
  void await_outside() noexcept;
  // In a forked child: the owner that was inside does not exist any more.
  void reset_after_fork() noexcept {
    state_.store(0, std::memory_order_relaxed);
    inside_.store(0, std::memory_order_relaxed);
  }

 private:
  bool enter_shared() noexcept;

  std::atomic<int32_t> state_{0}; // 0: closed; a pass: biased; a pass, negated: shared
  std::atomic<uint32_t> inside_{0};
};

// True when the kernel offers membarrier(PRIVATE_EXPEDITED) to this process; registers it on first use.
bool heavy_barrier_available() noexcept;
void heavy_barrier() noexcept;

} // namespace benchmem

#endif // BENCHMEM_TRACKER_THREAD_GATE_H_
