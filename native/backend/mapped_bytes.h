// Bytes that an allocator holds from the system: the level now, and its high-water mark in the open window.
// Exact over all threads: one lock, taken only where the allocator makes a system call anyway.
// Must not allocate, and must not call anything that could take another lock (it runs inside the allocator).
#ifndef BENCHMEM_BACKEND_MAPPED_BYTES_H_
#define BENCHMEM_BACKEND_MAPPED_BYTES_H_

#include <sched.h>

#include <atomic>
#include <cstdint>

namespace benchmem {

class MappedBytes {
 public:
  struct Figures {
    uint64_t now;
    uint64_t peak_above_opening; // of the last window that opened; 0 where nothing was mapped above its level
    uint64_t requested_at_peak;
    bool had_window;
  };

  // What was already mapped when observing begins.
  void start_at(uint64_t bytes) noexcept;

  // After mapping. Returns the mark's new serial number when it rose, else 0: see note_requested.
  uint64_t add(uint64_t bytes) noexcept;
  // Before unmapping.
  void subtract(uint64_t bytes) noexcept;

  // The mark starts again at the present level; `requested` bytes of the window are live (its opening: 0).
  void open_window() noexcept;
  // The mark stays what it is from now on, whatever is mapped.
  void freeze_window() noexcept;
  // The requested bytes that were live at the mark `serial`; ignored where the mark has risen again since.
  void note_requested(uint64_t serial, uint64_t bytes) noexcept;

  Figures read() const noexcept;
  // In a forked child: whoever held the lock does not exist any more.
  void reset_after_fork() noexcept;

 private:
  class Guard {
   public:
    explicit Guard(std::atomic<bool>& locked) noexcept : locked_(locked) {
      while (locked_.exchange(true, std::memory_order_acquire)) sched_yield();
    }
    ~Guard() { locked_.store(false, std::memory_order_release); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    std::atomic<bool>& locked_;
  };

  // INVARIANT: while measuring, peak_ is the maximum that now_ ever held since open_window().
  mutable std::atomic<bool> locked_{false};
  bool measuring_ = false;
  bool had_window_ = false;
  uint64_t now_ = 0;
  uint64_t opening_ = 0;
  uint64_t peak_ = 0;
  uint64_t serial_ = 0;
  uint64_t requested_at_peak_ = 0;
};

} // namespace benchmem

#endif // BENCHMEM_BACKEND_MAPPED_BYTES_H_
