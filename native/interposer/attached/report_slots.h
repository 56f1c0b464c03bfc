// The slots through which allocators that include benchmem_allocator.h find us: weak references that nobody defines.
// INVARIANT: a slot holds nothing or our table, whose functions stay callable after an uninstall (we are never unloaded).
#ifndef BENCHMEM_INTERPOSER_ATTACHED_REPORT_SLOTS_H_
#define BENCHMEM_INTERPOSER_ATTACHED_REPORT_SLOTS_H_

#include "interposer/attached/loaded_objects.h"

namespace benchmem::attached {

// False if a page that holds one is not writable.
bool fill_report_slots(const LoadedObjects& objects) noexcept;
bool clear_report_slots(const LoadedObjects& objects) noexcept;

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_REPORT_SLOTS_H_
