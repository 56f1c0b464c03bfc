// Which accounting core this process has: the preload library's when it is loaded, else the addon's own.
// Must not install anything.
#ifndef BENCHMEM_BINDING_ABI_CHOICE_H_
#define BENCHMEM_BINDING_ABI_CHOICE_H_

#include "abi/benchmem_abi.h"

namespace benchmem::binding {

struct AbiChoice {
  const benchmem_abi* table; // null: the preload library is of another version
  uint32_t found_version;    // the version it has
};

AbiChoice choose_abi() noexcept;

} // namespace benchmem::binding

#endif // BENCHMEM_BINDING_ABI_CHOICE_H_
