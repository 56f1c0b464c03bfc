// classify()'s fast path: one load, one compare. For the hooks; all else includes callers.h.
// Must stay branch-light and free of calls: every counted allocation passes here.
#ifndef BENCHMEM_CALLERS_CALLERS_INLINE_H_
#define BENCHMEM_CALLERS_CALLERS_INLINE_H_

#include "callers/answer_cache.h"
#include "callers/callers.h"

namespace benchmem {

namespace callers {
// Cache misses, and call sites in library code that allocates on behalf of its own caller.
__attribute__((noinline)) ObjectId classify_miss(CallSite site) noexcept;
} // namespace callers

// The same answer as classify() where it is cached; false: only classify() knows.
__attribute__((always_inline)) inline bool try_classify(const void* return_address, ObjectId* object) noexcept {
  const callers::AnswerKey key(return_address);
  const uint64_t answer = callers::answer_cache[key.slot()].load(std::memory_order_acquire) ^ key.expected();
  *object = static_cast<ObjectId>(answer);
  // An object id alone: neither another address (tag bits) nor a frame rule is left.
  return __builtin_expect(answer < kObjectIds, 1);
}

// The same answer as classify().
__attribute__((always_inline)) inline ObjectId classify_inline(const CallSite& site) noexcept {
  ObjectId object = kUnknownObject;
  return try_classify(site.return_address, &object) ? object : callers::classify_miss(site);
}

} // namespace benchmem

#endif // BENCHMEM_CALLERS_CALLERS_INLINE_H_
