// Points the relocated slots of loaded objects (jump slots, address slots, function pointers in data) at our entries.
// INVARIANT: a slot is touched only if the loader's own answer for it is, or would be, the true definition.
// Must not be run by two threads at once; threads that call through the slots meanwhile are fine.
#ifndef BENCHMEM_INTERPOSER_ATTACHED_SLOT_PATCHER_H_
#define BENCHMEM_INTERPOSER_ATTACHED_SLOT_PATCHER_H_

#include <cstddef>
#include <cstdint>

#include "interposer/attached/elf_object.h"
#include "interposer/attached/loaded_objects.h"
#include "interposer/attached/mapped_array.h"

namespace benchmem::attached {

struct SlotCount {
  uint32_t objects = 0;
  uint32_t slots = 0; // that lead to our entries now
  uint32_t patched = 0; // of these: by this call
};

class SlotPatcher {
 public:
  // Ours: never hooked, but bound to the true definitions, so that the back end's calls reach the allocator.
  bool bind_own_slots(const LoadedObjects& objects) noexcept;
  // Idempotent: later calls patch what came or was bound since. False: a page could not be made writable.
  bool patch(const LoadedObjects& objects, SlotCount* count) noexcept;
  // Every slot holds what it held before patch(), or its definition where the loader itself bound it to our entry.
  bool restore(const LoadedObjects& objects) noexcept;

 private:
  struct UnboundSlot {
    void** slot;
    void* original; // the object's own lazy-binding code
  };

  bool patch_slot(const ElfObject& object, const ElfW(Rela) & relocation, size_t symbol, SlotCount* count) noexcept;
  bool remember(void** slot, void* value) noexcept;
  void* original_of(void** slot, size_t symbol, const LoadedObjects& objects) const noexcept;

  MappedArray<UnboundSlot> unbound_;
  uint64_t unloaded_ = 0; // objects gone by the time unbound_ was written
};

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_SLOT_PATCHER_H_
