// The slots of a loaded object that hold the addresses of functions: jump slots, address slots, pointers in data.
#ifndef BENCHMEM_INTERPOSER_ATTACHED_FUNCTION_SLOTS_H_
#define BENCHMEM_INTERPOSER_ATTACHED_FUNCTION_SLOTS_H_

#include <initializer_list>

#include "interposer/attached/elf_object.h"
#include "interposer/attached/loaded_objects.h"
#include "interposer/attached/relocations.h"

namespace benchmem::attached {

inline bool holds_function(const ElfW(Rela) & relocation) noexcept {
  switch (ELF64_R_TYPE(relocation.r_info)) {
    case kJumpSlot:
    case kLoadedAddress: return true;
    case kWordOfData: return relocation.r_addend == 0;
    default: return false;
  }
}

// visit(slot, name) for each; stops at false.
template <class Visit>
bool visit_function_slots(const ElfObject& object, Visit visit) noexcept {
  if (!object.has_symbols()) return true;
  for (const ElfObject::Relocations* table : {&object.data_relocations(), &object.plt_relocations()}) {
    for (size_t i = 0; i < table->count; ++i) {
      const ElfW(Rela)& relocation = table->first[i];
      if (!holds_function(relocation)) continue;
      if (!visit(object.slot(relocation), object.symbol_name(relocation))) return false;
    }
  }
  return true;
}

// visit(object) for each that is still loaded; stops at false.
template <class Visit>
bool visit_objects(const LoadedObjects& objects, Visit visit) noexcept {
  for (size_t i = 0; i < objects.size(); ++i) {
    const ObjectHold hold(objects, objects[i]);
    if (!hold.held()) continue;
    if (!visit(ElfObject(objects[i].base, objects[i].headers, objects[i].header_count))) return false;
  }
  return true;
}

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_FUNCTION_SLOTS_H_
