// Describing loaded objects from their program headers.

#include "callers/loaded_objects.h"

#include <link.h>

namespace benchmem::callers {

namespace {

AddressRange range_of(const dl_phdr_info& info, const ElfW(Phdr) & segment) noexcept {
  const uintptr_t begin = info.dlpi_addr + segment.p_vaddr;
  return {begin, begin + segment.p_memsz};
}

ObjectDescription describe(const dl_phdr_info& info) noexcept {
  ObjectDescription object;
  object.path = info.dlpi_name == nullptr ? "" : info.dlpi_name;
  object.load_address = info.dlpi_addr;
  for (size_t i = 0; i != info.dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info.dlpi_phdr[i];
    const AddressRange range = range_of(info, segment);
    if (segment.p_type == PT_GNU_EH_FRAME) object.unwind_header = range.begin;
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_X) == 0 || range.begin == range.end) continue;
    if ((segment.p_flags & PF_R) == 0) object.code_is_readable = false;
    if (object.code_ranges != ObjectDescription::kMaxCodeRanges) object.code[object.code_ranges++] = range;
  }
  for (size_t i = 0; i != info.dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info.dlpi_phdr[i];
    const AddressRange range = range_of(info, segment);
    const bool holds_header = object.unwind_header >= range.begin && object.unwind_header < range.end;
    if (segment.p_type == PT_LOAD && (segment.p_flags & PF_R) != 0 && holds_header) object.unwind_segment = range;
  }
  return object;
}

struct Visit {
  ObjectVisitor visitor;
  void* context;
  LoaderCounts counts;
};

int on_object(dl_phdr_info* info, size_t, void* context) noexcept {
  Visit& visit = *static_cast<Visit*>(context);
  visit.counts = {info->dlpi_adds, info->dlpi_subs};
  if (visit.visitor == nullptr) return 1; // the counts are the same in every entry
  visit.visitor(describe(*info), visit.context);
  return 0;
}

} // namespace

LoaderCounts visit_loaded_objects(ObjectVisitor visitor, void* context) noexcept {
  Visit visit{visitor, context, {}};
  dl_iterate_phdr(on_object, &visit);
  return visit.counts;
}

LoaderCounts loader_counts() noexcept { return visit_loaded_objects(nullptr, nullptr); }

} // namespace benchmem::callers
