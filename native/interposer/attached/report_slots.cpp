#include "interposer/attached/report_slots.h"

#include <cstring>

#include "interposer/allocator_reports.h"
#include "interposer/attached/function_slots.h"
#include "interposer/attached/relocations.h"
#include "interposer/attached/writable_word.h"

namespace benchmem::attached {
namespace {

constexpr const char* kProvider = "benchmem_allocator_provider_v1";

bool replace_in(const ElfObject& object, const void* from, const void* to) noexcept {
  if (!object.has_symbols()) return true;
  const ElfObject::Relocations& table = object.data_relocations();
  for (size_t i = 0; i < table.count; ++i) {
    const ElfW(Rela)& relocation = table.first[i];
    if (ELF64_R_TYPE(relocation.r_info) != kLoadedAddress) continue;
    if (std::strcmp(object.symbol_name(relocation), kProvider) != 0) continue;
    void** const slot = object.slot(relocation);
    if (load_slot(slot) == from && !store_slot(object, slot, const_cast<void*>(to))) return false;
  }
  return true;
}

bool replace(const LoadedObjects& objects, const void* from, const void* to) noexcept {
  return visit_objects(objects, [from, to](const ElfObject& object) { return replace_in(object, from, to); });
}

} // namespace

bool fill_report_slots(const LoadedObjects& objects) noexcept {
  return replace(objects, nullptr, &allocator_reports::kTable);
}

bool clear_report_slots(const LoadedObjects& objects) noexcept {
  return replace(objects, &allocator_reports::kTable, nullptr);
}

} // namespace benchmem::attached
