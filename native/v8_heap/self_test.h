// Compares the mirrors with the running V8 before any figure is trusted: an allocation of known size must
// show in `used`, and what the runtime says publicly about its heap must lie where we read it.
// Runs once per process, on a thread that has an isolate. Knows no Node-API: the binding passes probes in.
#ifndef BENCHMEM_V8_HEAP_SELF_TEST_H_
#define BENCHMEM_V8_HEAP_SELF_TEST_H_

#include <cstddef>
#include <cstdint>

namespace benchmem::v8_heap {

class HeapObserver;

// What JavaScript is told about the heap, in bytes.
struct PublicFigures {
  int64_t used_heap_bytes;
  int64_t total_heap_bytes;
};

struct SelfTestProbes {
  void* context;
  // Allocates one JavaScript object with a payload of `bytes`; false if that failed.
  bool (*allocate)(void* context, size_t bytes);
  // False if the runtime has no such figures.
  bool (*public_figures)(void* context, PublicFigures* out);
};

// Null when every reading agrees; else the reason, a static string. The verdict of the first call stays.
const char* check_layout(HeapObserver& observer, const SelfTestProbes& probes) noexcept;

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_SELF_TEST_H_
