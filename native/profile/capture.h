// Taking the current thread's stack: walked, named by the annotator, keyed. Without a lock.
// Must not allocate; the walk and the annotator may, for which the caller pauses the thread.
#ifndef BENCHMEM_PROFILE_CAPTURE_H_
#define BENCHMEM_PROFILE_CAPTURE_H_

#include "abi/benchmem_abi.h"
#include "callers/callers.h"
#include "profile/thread_trace.h"

namespace benchmem::profile {

struct Annotator {
  benchmem_stack_annotator function = nullptr;
  void* context = nullptr;
};

void capture(ThreadTrace* trace, const CallSite& site, const Annotator& annotator) noexcept;

} // namespace benchmem::profile

#endif // BENCHMEM_PROFILE_CAPTURE_H_
