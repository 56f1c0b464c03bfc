// V8's pages that belong to no observed isolate: isolates that nobody observes, and compiled WebAssembly.
// Pure arithmetic; whoever reads the mappings and the isolates' pages brings both, taken at one time.
#ifndef BENCHMEM_V8_HEAP_UNOBSERVED_H_
#define BENCHMEM_V8_HEAP_UNOBSERVED_H_

#include <cstdint>

namespace benchmem::v8_heap {

// INVARIANT: what lay outside the observed isolates at open() (the read-only heap, the code range) is nobody's growth.
class UnobservedPages {
 public:
  // `engine_bytes`: committed by V8, of the mappings; `observed_bytes`: committed by the observed isolates.
  void open(int64_t engine_bytes, int64_t observed_bytes) noexcept { beside_ = engine_bytes - observed_bytes; }
  // Above the level at open(), never negative: an isolate's figure may be newer than that of the mappings.
  int64_t read(int64_t engine_bytes, int64_t observed_bytes) const noexcept {
    const int64_t bytes = engine_bytes - observed_bytes - beside_;
    return bytes > 0 ? bytes : 0;
  }

 private:
  int64_t beside_ = 0;
};

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_UNOBSERVED_H_
