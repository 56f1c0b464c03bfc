// The loader's own pointers to malloc, calloc, realloc and free: ld.so has no relocation for them (it looks them up
// once at start), so they are found by value in its writable segments.
#ifndef BENCHMEM_INTERPOSER_ATTACHED_LOADER_POINTERS_H_
#define BENCHMEM_INTERPOSER_ATTACHED_LOADER_POINTERS_H_

#include "interposer/attached/loaded_objects.h"

namespace benchmem::attached {

// Idempotent. *count: pointers that lead to our entries now; 0 is fine where the executable has jump stubs of its
// own for them, since the loader then calls through the executable's slots.
bool patch_loader_pointers(const LoadedObjects& objects, uint32_t* count) noexcept;
bool restore_loader_pointers(const LoadedObjects& objects) noexcept;

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_LOADER_POINTERS_H_
