#include "interposer/attached/slot_patcher.h"

#include "interposer/attached/function_slots.h"
#include "interposer/attached/hooked_symbols.h"
#include "interposer/attached/writable_word.h"

namespace benchmem::attached {
namespace {

// Objects whose own calls reach the true definitions: ours, and an allocator's that is not the C library. (The C
// library's calls of malloc are its strdup, its fopen: calls like any other's.)
bool is_exempt(const ElfObject& object) noexcept {
  return object.contains(definitions) || object.base() == separate_allocator_base;
}

// visit(slot, symbol) for every slot of a symbol that is hooked in this process; stops at false.
template <class Visit>
bool visit_slots(const ElfObject& object, Visit visit) noexcept {
  return visit_function_slots(object, [&visit](void** slot, const char* name) {
    const size_t symbol = find_hooked_symbol(name);
    return symbol == kHookedSymbolCount || definitions[symbol].address == nullptr || visit(slot, symbol);
  });
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
