// What JavaScript needs to tell which objects stay: marks of V8's object numbers, and a pipe for the snapshot.
#ifndef BENCHMEM_BINDING_SNAPSHOT_METHODS_H_
#define BENCHMEM_BINDING_SNAPSHOT_METHODS_H_

#include <napi.h>

namespace benchmem::binding {

Napi::Value mark_heap_ids(const Napi::CallbackInfo& info);
Napi::Value open_pipe(const Napi::CallbackInfo& info);

} // namespace benchmem::binding

#endif // BENCHMEM_BINDING_SNAPSHOT_METHODS_H_
