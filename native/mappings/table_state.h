// The one table of this process, its lock, and the marks of the backing stores in the sum. This module's own.
// INVARIANT: all of `state` is read and written under its lock: by a Hold, or by a Change, which keeps the sum too.
#ifndef BENCHMEM_MAPPINGS_TABLE_STATE_H_
#define BENCHMEM_MAPPINGS_TABLE_STATE_H_

#include <cstddef>
#include <cstdint>

#include "kernel/futex_lock.h"
#include "mappings/region_table.h"
#include "mappings/resident.h"

namespace benchmem::mappings {

struct State {
  FutexLock lock;
  RegionTable table;
  ResidentRows resident;
  bool has_table = false;
  bool no_memory = false;
  // Of the backing stores: committed when the last window opened, and what the sum holds of them since.
  int64_t opening_bytes = 0;
  int64_t contributed_bytes = 0;
  // Of V8's pages from before the hooks, which the table does not know: given back since.
  int64_t engine_released_bytes = 0;
};

extern State state;

// WHY: a signal handler that maps memory while its thread is in here must not wait for itself; neither must a fork
// handler. Their calls are made and not noted.
extern __thread bool tls_inside __attribute__((tls_model("initial-exec")));

// Holds the lock; the backing stores stay as they are.
class Hold {
 public:
  Hold() noexcept;
  ~Hold();
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
};

// Holds the lock. What the backing stores gain or lose while it lives goes to the sum.
class Change {
 public:
  Change() noexcept = default;
  ~Change();

 private:
  Hold hold_; // given back last
};

// False if the table lost track. Under the lock.
bool is_complete() noexcept;
// Under the lock.
int64_t committed_stores() noexcept;

// Whole pages.
Range range_of(const void* address, size_t bytes) noexcept;

} // namespace benchmem::mappings

#endif // BENCHMEM_MAPPINGS_TABLE_STATE_H_
