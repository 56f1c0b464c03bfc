// The loader's list of objects, through dl_iterate_phdr. Must not be called with a lock held: a thread inside
// dlopen holds the loader's lock while it waits for ours.
#ifndef BENCHMEM_CALLERS_LOADED_OBJECTS_H_
#define BENCHMEM_CALLERS_LOADED_OBJECTS_H_

#include <cstdint>

#include "callers/object_map.h"

namespace benchmem::callers {

// The loader's counters of objects ever added and ever removed.
struct LoaderCounts {
  uint64_t added = 0;
  uint64_t removed = 0;
  bool operator==(const LoaderCounts& other) const noexcept { return added == other.added && removed == other.removed; }
};
LoaderCounts loader_counts() noexcept;

using ObjectVisitor = void (*)(const ObjectDescription& object, void* context);
// Visits every object; inside the visit the loader's lock is held, ours may be taken. Answers the counts that
// belong to what was visited.
LoaderCounts visit_loaded_objects(ObjectVisitor visitor, void* context) noexcept;

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_LOADED_OBJECTS_H_
