// The calls by which an addon makes, enters, exits and disposes of isolates of its own, and what takes their place.
#ifndef BENCHMEM_V8_HEAP_EMBEDDING_CALLS_H_
#define BENCHMEM_V8_HEAP_EMBEDDING_CALLS_H_

#include <cstddef>

#include "abi/benchmem_abi.h"
#include "abi/redirected_call.h"

namespace benchmem::v8_heap {

struct EmbeddingCalls {
  RedirectedCall* first;
  size_t count; // 0: embedded isolates cannot be observed in this runtime
};

// To be redirected in every loaded object: from there on isolates that are made are observed, until HeapObserver::
// forget_embedded(), which follows where they are taken back.
EmbeddingCalls embedding_calls(const benchmem_abi& abi) noexcept;

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_EMBEDDING_CALLS_H_
