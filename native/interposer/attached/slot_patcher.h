// Points the relocated slots of loaded objects (jump slots, address slots, function pointers in data) at our entries.
// INVARIANT: a slot is touched only if it holds the true definition, and gets exactly that back.
// Must not be run by two threads at once; threads that call through the slots meanwhile are fine.
#ifndef BENCHMEM_INTERPOSER_ATTACHED_SLOT_PATCHER_H_
#define BENCHMEM_INTERPOSER_ATTACHED_SLOT_PATCHER_H_

#include <cstdint>

#include "interposer/attached/loaded_objects.h"

namespace benchmem::attached {

struct SlotCount {
  uint32_t objects = 0;
  uint32_t slots = 0; // that lead to our entries now
};

// A jump slot that still waits for its first call is left alone: the loader binds it, and the loader answers with our
// entries while the symbols are redirected (symbol_redirect.h).
// Idempotent: a later call finds what came since. False: a page could not be made writable.
bool patch_slots(const LoadedObjects& objects, SlotCount* count) noexcept;
bool restore_slots(const LoadedObjects& objects) noexcept;

// Our own object's, so that the back end reaches the allocator; and a separate allocator's, so that what its functions
// call of each other is not counted again. Never hooked, but bound to the true definitions.
bool bind_exempt_slots(const LoadedObjects& objects) noexcept;

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_SLOT_PATCHER_H_
