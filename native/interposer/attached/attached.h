// Attached mode: hooks the allocator of a plain process by patching what its objects call through.
// One table for the whole process, whoever loads the addon again; nothing is patched before install().
#ifndef BENCHMEM_INTERPOSER_ATTACHED_ATTACHED_H_
#define BENCHMEM_INTERPOSER_ATTACHED_ATTACHED_H_

#include <cstddef>

#include "abi/benchmem_abi.h"
#include "abi/redirected_call.h"

namespace benchmem::attached {

const benchmem_abi* abi_table() noexcept;

// Has loaded objects, and those that are loaded later, reach the hooks where they call these functions of the executable, in
// both modes. What the executable calls of itself never comes by. Idempotent. False: one that is needed is not the
// executable's, or a page is not writable; the first such answer stands.
bool redirect_calls(RedirectedCall* calls, size_t count) noexcept;
// False: some still lead to the hooks, which pass calls on, or nothing was redirected.
bool restore_calls(RedirectedCall* calls, size_t count) noexcept;

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_ATTACHED_H_
