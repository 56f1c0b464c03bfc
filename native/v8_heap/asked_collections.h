// What the collections that we asked for have cost the process: CPU time that is not the program's.
#ifndef BENCHMEM_V8_HEAP_ASKED_COLLECTIONS_H_
#define BENCHMEM_V8_HEAP_ASKED_COLLECTIONS_H_

#include <cstdint>

namespace benchmem::v8_heap {

// For the duration of one such collection, on the isolate's own thread.
class AskedCollection {
 public:
  AskedCollection() noexcept;
  ~AskedCollection();
  AskedCollection(const AskedCollection&) = delete;
  AskedCollection& operator=(const AskedCollection&) = delete;
};

// CPU time of the whole process while one or more ran, so far: V8 collects on threads of its own too. Any thread.
int64_t asked_collections_ns() noexcept;

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_ASKED_COLLECTIONS_H_
