// Attached mode: hooks the allocator of a plain process by patching what its objects call through.
// One table for the whole process, whoever loads the addon again; nothing is patched before install().
#ifndef BENCHMEM_INTERPOSER_ATTACHED_ATTACHED_H_
#define BENCHMEM_INTERPOSER_ATTACHED_ATTACHED_H_

#include "abi/benchmem_abi.h"

namespace benchmem::attached {

const benchmem_abi* abi_table() noexcept;

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_ATTACHED_H_
