#include "interposer/attached/slot_patcher.h"

#include <initializer_list>

#include "interposer/attached/hooked_symbols.h"
#include "interposer/attached/writable_word.h"

namespace benchmem::attached {
namespace {

bool is_own(const ElfObject& object) noexcept { return object.contains(definitions); }

bool holds_function(const ElfW(Rela) & relocation) noexcept {
  switch (ELF64_R_TYPE(relocation.r_info)) {
    case R_X86_64_JUMP_SLOT:
    case R_X86_64_GLOB_DAT: return true;
    case R_X86_64_64: return relocation.r_addend == 0;
    default: return false;
  }
}

// visit(relocation, symbol) for every slot of a symbol that is hooked in this process; stops at false.
template <class Visit>
bool visit_slots(const ElfObject& object, Visit visit) noexcept {
  if (!object.has_symbols()) return true;
  for (const ElfObject::Relocations* table : {&object.data_relocations(), &object.plt_relocations()}) {
    for (size_t i = 0; i < table->count; ++i) {
      const ElfW(Rela)& relocation = table->first[i];
      if (!holds_function(relocation)) continue;
      const size_t symbol = find_hooked_symbol(object.symbol_name(relocation));
      if (symbol == kHookedSymbolCount || definitions[symbol].address == nullptr) continue;
      if (!visit(relocation, symbol)) return false;
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

// A jump slot before its first call points back into its own object, at the code that asks the loader. An object
// that defines the name itself may mean its own function, so there the loader's answer is awaited.
bool awaits_binding(const ElfObject& object, const ElfW(Rela) & relocation, size_t symbol, void* value) noexcept {
  if (ELF64_R_TYPE(relocation.r_info) != R_X86_64_JUMP_SLOT || !object.contains(value)) return false;
  return definitions[symbol].base == object.base() ||
         object.find_definition(kHookedSymbols[symbol].name) == nullptr;
}

} // namespace

bool SlotPatcher::bind_own_slots(const LoadedObjects& objects) noexcept {
  return visit_objects(objects, [](const ElfObject& object) {
    if (!is_own(object)) return true;
    return visit_slots(object, [&object](const ElfW(Rela) & relocation, size_t symbol) {
      return store_slot(object, object.slot(relocation), definitions[symbol].address);
    });
  });
}

bool SlotPatcher::patch(const LoadedObjects& objects, SlotCount* count) noexcept {
  *count = SlotCount{};
  if (unbound_.size() == 0) unloaded_ = objects.unloaded();
  return visit_objects(objects, [this, count](const ElfObject& object) {
    if (is_own(object)) return true;
    const uint32_t slots_before = count->slots;
    const bool done = visit_slots(object, [&](const ElfW(Rela) & relocation, size_t symbol) {
      return patch_slot(object, relocation, symbol, count);
    });
    if (count->slots != slots_before) count->objects += 1;
    return done;
  });
}

bool SlotPatcher::patch_slot(const ElfObject& object, const ElfW(Rela) & relocation, size_t symbol,
                             SlotCount* count) noexcept {
  void** slot = object.slot(relocation);
  void* value = load_slot(slot);
  const void* hook = kHookedSymbols[symbol].hook;
  if (value != hook) {
    if (value != definitions[symbol].address) {
      if (!awaits_binding(object, relocation, symbol, value)) return true;
      if (!remember(slot, value)) return false;
    }
    if (!store_slot(object, slot, kHookedSymbols[symbol].hook)) return false;
    count->patched += 1;
  }
  count->slots += 1;
  return true;
}

bool SlotPatcher::remember(void** slot, void* value) noexcept {
  for (size_t i = 0; i < unbound_.size(); ++i) {
    if (unbound_[i].slot != slot) continue;
    unbound_[i].original = value;
    return true;
  }
  return unbound_.push({slot, value});
}

// WHY the count of unloads: once an object went, another may lie at its addresses, with slots of its own.
void* SlotPatcher::original_of(void** slot, size_t symbol, const LoadedObjects& objects) const noexcept {
  if (objects.unloaded() == unloaded_) {
    for (const UnboundSlot& unbound : unbound_) {
      if (unbound.slot == slot) return unbound.original;
    }
  }
  return definitions[symbol].address;
}

bool SlotPatcher::restore(const LoadedObjects& objects) noexcept {
  const bool done = visit_objects(objects, [this, &objects](const ElfObject& object) {
    return visit_slots(object, [&](const ElfW(Rela) & relocation, size_t symbol) {
      void** slot = object.slot(relocation);
      if (load_slot(slot) != kHookedSymbols[symbol].hook) return true;
      return store_slot(object, slot, original_of(slot, symbol, objects));
    });
  });
  if (done) unbound_.clear();
  return done;
}

} // namespace benchmem::attached
