// Puts our entries in place and takes them out again, under one lock, any number of times.
// INVARIANT: nothing is patched or restored while somebody measures: both hold the window meanwhile.
#ifndef BENCHMEM_INTERPOSER_ATTACHED_INSTALLATION_H_
#define BENCHMEM_INTERPOSER_ATTACHED_INSTALLATION_H_

#include "abi/benchmem_abi.h"

namespace benchmem::attached {

benchmem_status install(void* room, size_t room_bytes) noexcept;
benchmem_status uninstall() noexcept;
benchmem_status open_window(const benchmem_window_options* options, uint64_t* token) noexcept;
benchmem_status drain_window(uint64_t token) noexcept;
benchmem_status close_window(uint64_t token, benchmem_reading* out) noexcept;
void describe(benchmem_self_description* out) noexcept;

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_INSTALLATION_H_
