// What is known of the loaded objects and of the engine's code: the callers' one state, and the lock that orders its changes.
// INVARIANT: the lock is never held while the loader is asked for anything: a thread inside dlopen holds the
// loader's lock and may wait here.
#ifndef BENCHMEM_CALLERS_KNOWN_OBJECTS_H_
#define BENCHMEM_CALLERS_KNOWN_OBJECTS_H_

#include <atomic>

#include "callers/engine_ranges.h"
#include "callers/frame_rule.h"
#include "callers/loaded_objects.h"
#include "callers/object_map.h"
#include "kernel/futex_lock.h"

namespace benchmem::callers {

struct KnownObjects {
  FutexLock lock;
  ObjectMap objects;
  EngineRanges engine;
  LoaderCounts scanned; // the loader's counts when `objects` was last brought up to date
  std::atomic<bool> watches_forks{false};
  std::atomic<bool> prepared{false};
  std::atomic<int> asking{0};               // threads inside the loader's list, with the loader's lock held
  std::atomic<bool> loader_is_stuck{false}; // in a forked child: the loader's lock will never be free
};

extern KnownObjects known __attribute__((visibility("hidden")));

// Empty if the object has no table.
inline UnwindImage unwind_image_of(const LoadedObject& object) noexcept {
  const AddressRange& segment = object.unwind_segment;
  return {reinterpret_cast<const uint8_t*>(segment.begin), segment.end - segment.begin, segment.begin,
          object.unwind_header};
}

// Brings the objects up to date with the loader's list, and forgets cached answers of those that have gone.
void scan_objects() noexcept;
bool loader_has_changed(const LoaderCounts& since) noexcept;

// Body of a pthread_atfork handler.
void after_fork_in_child() noexcept;

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_KNOWN_OBJECTS_H_
