// While one lives, allocations of this thread are the measuring's own and not counted. Nests.
// Must not outlive the call that made it: a window opened under it would miss the action.
#ifndef BENCHMEM_V8_HEAP_PAUSED_H_
#define BENCHMEM_V8_HEAP_PAUSED_H_

#include "abi/benchmem_abi.h"

namespace benchmem::v8_heap {

class Paused {
 public:
  explicit Paused(const benchmem_abi& abi) noexcept : abi_(abi) { abi_.pause_current_thread(); }
  ~Paused() { abi_.resume_current_thread(); }
  Paused(const Paused&) = delete;
  Paused& operator=(const Paused&) = delete;

 private:
  const benchmem_abi& abi_;
};

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_PAUSED_H_
