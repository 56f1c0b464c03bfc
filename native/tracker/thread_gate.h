// One thread's gate into the accounting: nearly free for its owner, closable by whoever settles the marks.
//
// The owner passes it around every event; a settler (one at a time, under the tracker's lock) closes it and
// waits until the owner is outside. Two words: `state` is written by settlers only, `sequence` by the owner only
// (odd while inside).
//
// INVARIANT: after close() of every gate, heavy_barrier() where any was biased, and await_outside() of every
// gate, no owner is inside and none gets in until reopened.
// Argument. The owner stores sequence (odd), then reads state; the settler stores state (closed), then reads
// sequence: Dekker's pattern, in which at least one sees the other's store if neither pair is reordered.
//   shared: the owner stores once more by an exchange (a full barrier); the settler's store is one as well.
//   biased: the owner's two are plain; membarrier(PRIVATE_EXPEDITED), which the settler calls between its store
//   and its read, makes every running thread of the process execute a full barrier at some instant in between.
//   An owner that read "open" before that instant has its odd sequence visible to the settler's read; one that
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
  enum State : uint32_t { kClosed = 0, kBiased = 1, kShared = 2 };

  // Owner only, the fast path's form: only a biased gate, and the sequence stays in a register till leave().
  // False: outside as before. PERF: two loads, a store and a test, no locked instruction.
  __attribute__((always_inline)) bool enter_biased(uint32_t* sequence) noexcept {
    *sequence = sequence_.load(std::memory_order_relaxed);
    sequence_.store(*sequence + 1, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (__builtin_expect(state_.load(std::memory_order_seq_cst) == kBiased, 1)) return true;
    leave(*sequence);
    return false;
  }
  __attribute__((always_inline)) void leave(uint32_t sequence) noexcept {
    sequence_.store(sequence + 2, std::memory_order_release);
  }

  // Owner only, biased or shared. False: closed, take the slow path.
  bool enter() noexcept {
    uint32_t sequence = 0;
    return enter_biased(&sequence) || enter_shared(sequence + 2);
  }
  void leave() noexcept { leave(sequence_.load(std::memory_order_relaxed) - 1); }

  // Settler only, under the tracker's lock.
  State state() const noexcept { return static_cast<State>(state_.load(std::memory_order_relaxed)); }
  void close() noexcept { state_.store(kClosed, std::memory_order_seq_cst); }
  void open(State state) noexcept { state_.store(state, std::memory_order_release); }
  void await_outside() noexcept;
  // How often the owner passed, or tried to, since the last call.
  uint32_t passes_since_last_call() noexcept {
    const uint32_t sequence = sequence_.load(std::memory_order_relaxed);
    const uint32_t passes = (sequence - last_sequence_) / 2;
    last_sequence_ = sequence;
    return passes;
  }
  // In a forked child: the owner that was inside does not exist any more.
  void reset_after_fork() noexcept {
    state_.store(kClosed, std::memory_order_relaxed);
    sequence_.store(0, std::memory_order_relaxed);
    last_sequence_ = 0;
  }

 private:
  bool enter_shared(uint32_t sequence) noexcept;

  std::atomic<uint32_t> state_{kClosed};
  std::atomic<uint32_t> sequence_{0};
  uint32_t last_sequence_ = 0;
};

// True when the kernel offers membarrier(PRIVATE_EXPEDITED) to this process; registers it on first use.
bool heavy_barrier_available() noexcept;
void heavy_barrier() noexcept;

} // namespace benchmem

#endif // BENCHMEM_TRACKER_THREAD_GATE_H_
