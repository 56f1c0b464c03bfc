// Counts the processes that this one forks, whatever thread and whatever code does: node's own child_process among them.
#ifndef BENCHMEM_BINDING_FORKS_H_
#define BENCHMEM_BINDING_FORKS_H_

#include <napi.h>

namespace benchmem::binding {

// Since the first call; undefined if they cannot be counted. Allocates nothing after it.
Napi::Value forked_processes(const Napi::CallbackInfo& info);

} // namespace benchmem::binding

#endif // BENCHMEM_BINDING_FORKS_H_
