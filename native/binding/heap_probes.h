// What the heap's self-test needs from JavaScript: an object of known size, and the runtime's public figures.
#ifndef BENCHMEM_BINDING_HEAP_PROBES_H_
#define BENCHMEM_BINDING_HEAP_PROBES_H_

#include <napi.h>

#include "v8_heap/self_test.h"

namespace benchmem::binding {

// Valid while `env` is.
v8_heap::SelfTestProbes heap_probes(Napi::Env* env) noexcept;

} // namespace benchmem::binding

#endif // BENCHMEM_BINDING_HEAP_PROBES_H_
