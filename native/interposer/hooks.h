// The hooked allocation functions, once, over any back end: call the allocator underneath, tell the tracker.
// INVARIANT: account after acquiring, before releasing; errno is what the allocator underneath left.
// Must not know how it got called (preloaded symbols, patched slots) nor which allocator serves it.
#ifndef BENCHMEM_INTERPOSER_HOOKS_H_
#define BENCHMEM_INTERPOSER_HOOKS_H_

#include <cerrno>
#include <cstddef>

#include "callers/callers.h"
#include "tracker/record.h"

namespace benchmem {

// A Backend is a struct of static noexcept functions:
//   void* malloc(size_t); void* calloc(size_t count, size_t size); void* realloc(void*, size_t); void free(void*);
//   void* memalign(size_t alignment, size_t); void* aligned_alloc(size_t alignment, size_t);
//   int posix_memalign(void**, size_t alignment, size_t); void* valloc(size_t); void* pvalloc(size_t);
//   size_t usable_size(void*);
//   void free_plain(void*, size_t bytes): as free, of a block that malloc, calloc or realloc made when the hooks
//   asked for that many bytes, but at least kGranule;
//   `static constexpr bool kHasFastPath`; where it has one, without a call and for any size, however small:
//   void* try_malloc(size_t), nullptr: nothing was done; bool try_free_plain(void*, size_t bytes), false: likewise;
// and `static constexpr const char* kName`, `static bool realloc_to_zero_frees()`.
// WHY: every request inside a window is at least a granule, because two live blocks must never share a slot
// (shadow_map.h). An Observer hears of every allocation inside a window that a fast path did not serve, once it is
// accounted or has failed, and returns its block.
struct NoObserver {
  static void* accounted(void* block) noexcept { return block; }
};

// kSawOpen: the caller has just seen an open window, so that it is not looked for again.
template <class Backend, class Observer = NoObserver, bool kSawOpen = false>
struct Hooks {
  // Site: CallSite, or CallSiteHere for what is inlined.
  template <class Site>
  __attribute__((always_inline)) static void* malloc(size_t bytes, Site site) noexcept {
    if (__builtin_expect(no_window(), !kSawOpen)) return Backend::malloc(bytes);
    if constexpr (Backend::kHasFastPath) return malloc_fast(bytes, site);
    return malloc_called(bytes, site);
  }

  __attribute__((always_inline)) static void* calloc(size_t count, size_t size, CallSite site) noexcept {
    if (__builtin_expect(no_window(), !kSawOpen)) return Backend::calloc(count, size);
    return calloc_in_window(count, size, site);
  }

  template <class Site>
  __attribute__((always_inline)) static void free(void* block, Site site) noexcept {
    if (__builtin_expect(no_window(), !kSawOpen)) return Backend::free(block);
    free_in_window(block, site);
  }

  static void* realloc(void* block, size_t bytes, CallSite site) noexcept {
    if (__builtin_expect(no_window(), !kSawOpen)) return Backend::realloc(block, bytes);
    if (block == nullptr) {
      const ObjectId object = classify(site);
      return recorded(Backend::realloc(nullptr, at_least_granule(bytes)), bytes, object, site);
    }
    if (bytes == 0 && Backend::realloc_to_zero_frees()) {
      released(block, site);
      return Backend::realloc(block, 0);
    }
    return reallocated(block, bytes, site);
  }

  static void* reallocarray(void* block, size_t count, size_t size, CallSite site) noexcept {
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) {
      errno = ENOMEM;
      return nullptr;
    }
    return realloc(block, bytes, site);
  }

  static void* memalign(size_t alignment, size_t bytes, CallSite site) noexcept {
    if (no_window()) return Backend::memalign(alignment, bytes);
    void* block = Backend::memalign(at_least_granule(alignment), at_least_granule(bytes));
    return recorded_special(block, bytes, site);
  }

  static void* aligned_alloc(size_t alignment, size_t bytes, CallSite site) noexcept {
    // WHY: there is a guard, because an alignment below the granule may be invalid, and only the allocator may say so.
    if (no_window()) return Backend::aligned_alloc(alignment, bytes);
    const bool small = alignment != 0 && (alignment & (alignment - 1)) == 0 && alignment < kGranule;
    void* block = Backend::aligned_alloc(small ? kGranule : alignment, at_least_granule(bytes));
    return recorded_special(block, bytes, site);
  }

  static int posix_memalign(void** out, size_t alignment, size_t bytes, CallSite site) noexcept {
    if (no_window()) return Backend::posix_memalign(out, alignment, bytes);
    const size_t aligned = alignment == sizeof(void*) ? kGranule : alignment; // smaller ones are EINVAL
    const int error = Backend::posix_memalign(out, aligned, at_least_granule(bytes));
    if (error == 0) {
      recorded_special(*out, bytes, site);
    } else {
      Observer::accounted(nullptr);
    }
    return error;
  }

  static void* valloc(size_t bytes, CallSite site) noexcept {
    if (no_window()) return Backend::valloc(bytes);
    return recorded_special(Backend::valloc(at_least_granule(bytes)), bytes, site);
  }

  static void* pvalloc(size_t bytes, CallSite site) noexcept {
    if (no_window()) return Backend::pvalloc(bytes);
    return recorded_special(Backend::pvalloc(at_least_granule(bytes)), bytes, site);
  }

 private:
  static constexpr size_t kGranule = ShadowMap::kGranule;
  static bool no_window() noexcept { return !kSawOpen && !tracker::window_is_open(); }
  static constexpr size_t at_least_granule(size_t bytes) noexcept { return bytes < kGranule ? kGranule : bytes; }

  // PERF: no call but the last, which is a jump: nothing is saved, and nothing is kept across a call. No observer either.
  template <class Site>
  __attribute__((always_inline)) static void* malloc_fast(size_t bytes, Site site) noexcept {
    void* block = Backend::try_malloc(bytes);
    ObjectId object = kUnknownObject; // WHY: it is declared here, because the allocator needs the registers before
    const bool done = __builtin_expect(block != nullptr, 1) && try_classify(CallSite(site).return_address, &object) &&
                      tracker::record_allocation_inline(block, bytes, object);
    return __builtin_expect(done, 1) ? block : malloc_otherwise(block, bytes, site);
  }
  __attribute__((noinline)) static void* malloc_otherwise(void* block, size_t bytes, CallSite site) noexcept {
    return block == nullptr ? malloc_in_window(bytes, site) : recorded(block, bytes, classify(site), site);
  }

  // Around a call to the allocator.
  template <class Site>
  __attribute__((always_inline)) static void* malloc_called(size_t bytes, Site site) noexcept {
    // PERF: the compiler takes `bytes` for a new value from here on, so that the entry point saves a register on this path only.
    __asm__("" : "+r"(bytes));
    ObjectId object = kUnknownObject;
    if (!try_classify(CallSite(site).return_address, &object)) return malloc_in_window(bytes, site);
    void* block = Backend::malloc(at_least_granule(bytes));
    const bool done = tracker::record_allocation_inline(block, bytes, object);
    if (__builtin_expect(done, 1)) return Observer::accounted(block);
    return recorded_otherwise(block, bytes, object, BlockShape::kPlain, CallSite(site).return_address);
  }

  // Where the allocator's fast path or the cached answers do not reach.
  __attribute__((noinline)) static void* malloc_in_window(size_t bytes, CallSite site) noexcept {
    const ObjectId object = classify(site);
    return recorded(Backend::malloc(at_least_granule(bytes)), bytes, object, site);
  }

  // WHY: this stands apart, because with no window the entry points then stay a load, a test and a jump, without a
  // stack frame.
  __attribute__((noinline)) static void* calloc_in_window(size_t count, size_t size, CallSite site) noexcept {
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) return Backend::calloc(count, size); // ENOMEM, its own way
    const ObjectId object = classify_inline(site);
    void* block = bytes < kGranule ? Backend::calloc(1, kGranule) : Backend::calloc(count, size);
    return recorded(block, bytes, object, site);
  }

  // PERF: ends in a jump either way, so that nothing is kept across a call.
  template <class Site>
  __attribute__((always_inline)) static void free_in_window(void* block, Site site) noexcept {
    size_t bytes = 0;
    const bool done = tracker::record_free_inline(block, &bytes);
    if (__builtin_expect(!done, 0)) return free_otherwise(block, site);
    if constexpr (Backend::kHasFastPath) {
      if (__builtin_expect(Backend::try_free_plain(block, bytes), 1)) return;
    }
    Backend::free_plain(block, bytes);
  }

  __attribute__((noinline)) static void free_otherwise(void* block, CallSite site) noexcept {
    if (block != nullptr) released(block, site);
    Backend::free(block);
  }

  __attribute__((always_inline)) static void released(void* block, CallSite site) noexcept {
    if (tracker::record_free_gated(block) == tracker::BlockOrigin::kOlder) {
      tracker::record_older_free(tracker::take_older_block(block, Backend::usable_size(block)), site);
    }
  }

  __attribute__((always_inline)) static void* recorded(void* block, size_t bytes, ObjectId object,
                                                       CallSite site) noexcept {
    const bool done = tracker::record_allocation_inline(block, bytes, object);
    if (__builtin_expect(done, 1)) return Observer::accounted(block);
    return recorded_otherwise(block, bytes, object, BlockShape::kPlain, site.return_address);
  }
  static void* recorded_special(void* block, size_t bytes, CallSite site) noexcept {
    return recorded_otherwise(block, bytes, classify(site), BlockShape::kSpecial, site.return_address);
  }
  __attribute__((noinline)) static void* recorded_otherwise(void* block, size_t bytes, ObjectId object,
                                                            BlockShape shape, const void* caller) noexcept {
    return Observer::accounted(tracker::record_allocation_gated(block, bytes, object, shape, caller));
  }

  static void* reallocated(void* block, size_t bytes, CallSite site) noexcept {
    const tracker::TakenBlock taken = tracker::take_for_realloc(block);
    tracker::OlderBlock older{0, tracker::kNotCounted};
    if (taken.origin == tracker::BlockOrigin::kOlder) {
      older = tracker::take_older_block(block, Backend::usable_size(block));
    }
    void* moved = Backend::realloc(block, at_least_granule(bytes));
    if (moved == nullptr) {
      tracker::restore_after_failed_realloc(block, taken);
      return Observer::accounted(nullptr);
    }
    tracker::record_reallocation(moved, bytes, taken, older, site);
    return Observer::accounted(moved);
  }
};

} // namespace benchmem

#endif // BENCHMEM_INTERPOSER_HOOKS_H_
