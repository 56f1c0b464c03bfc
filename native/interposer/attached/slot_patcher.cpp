#include "interposer/attached/slot_patcher.h"

#include <initializer_list>

#include "interposer/attached/hooked_symbols.h"
#include "interposer/attached/writable_word.h"

namespace benchmem::attached {
namespace {

// Objects whose own calls reach the true definitions: ours, and an allocator's that is not the C library. (The C
// library's calls of malloc are its strdup, its fopen: calls like any other's.)
bool is_exempt(const ElfObject& object) noexcept {
  return object.contains(definitions) || object.base() == separate_allocator_base;
}

bool holds_function(const ElfW(Rela) & relocation) noexcept {
  switch (ELF64_R_TYPE(relocation.r_info)) {
    case R_X86_64_JUMP_SLOT:
    case R_X86_64_GLOB_DAT: return true;
    case R_X86_64_64: return relocation.r_addend == 0;
    default: return false;
  }
}

// visit(slot, symbol) for every slot of a symbol that is hooked in this process; stops at false.
template <class Visit>
bool visit_slots(const ElfObject& object, Visit visit) noexcept {
  if (!object.has_symbols()) return true;
  for (const ElfObject::Relocations* table : {&object.data_relocations(), &object.plt_relocations()}) {
    for (size_t i = 0; i < table->count; ++i) {
      const ElfW(Rela)& relocation = table->first[i];
      if (!holds_function(relocation)) continue;
      const size_t symbol = find_hooked_symbol(object.symbol_name(relocation));
      if (symbol == kHookedSymbolCount || definitions[symbol].address == nullptr) continue;
      if (!visit(object.slot(relocation), symbol)) return false;
    }
  }
  return true;
}

template <class Visit>
bool visit_objects(const LoadedObjects& objects, Visit visit) noexcept {
  for (size_t i = 0; i < objects.size(); ++i) {
    const ObjectHold hold(objects, objects[i]);
    if (!hold.held()) continue;
    if (!visit(ElfObject(objects[i].base, objects[i].headers, objects[i].header_count))) return false;
  }
  return true;
}

bool patch_object(const ElfObject& object, SlotCount* count) noexcept {
  const uint32_t slots_before = count->slots;
  const bool done = visit_slots(object, [&object, count](void** slot, size_t symbol) {
    void* const hook = definitions[symbol].hook;
    void* const value = load_slot(slot);
    if (value == definitions[symbol].address && !store_slot(object, slot, hook)) return false;
    if (value == definitions[symbol].address || value == hook) count->slots += 1;
    return true;
  });
  if (count->slots != slots_before) count->objects += 1;
  return done;
}

} // namespace

bool patch_slots(const LoadedObjects& objects, SlotCount* count) noexcept {
  *count = SlotCount{};
  return visit_objects(objects,
                       [count](const ElfObject& object) { return is_exempt(object) || patch_object(object, count); });
}

bool restore_slots(const LoadedObjects& objects) noexcept {
  return visit_objects(objects, [](const ElfObject& object) {
    return visit_slots(object, [&object](void** slot, size_t symbol) {
      const Definition& definition = definitions[symbol];
      if (load_slot(slot) != definition.hook || definition.for_good) return true;
      return store_slot(object, slot, definition.address);
    });
  });
}

bool bind_exempt_slots(const LoadedObjects& objects) noexcept {
  return visit_objects(objects, [](const ElfObject& object) {
    return !is_exempt(object) || visit_slots(object, [&object](void** slot, size_t symbol) {
      void* const definition = definitions[symbol].address;
      return load_slot(slot) == definition || store_slot(object, slot, definition);
    });
  });
}

} // namespace benchmem::attached
