// Looks for the preload library's table in the running process.
#include "binding/abi_choice.h"

#include <dlfcn.h>

#include <cstring>

#include "interposer/attached/attached.h"

namespace benchmem::binding {

AbiChoice choose_abi() noexcept {
  void* address = dlsym(RTLD_DEFAULT, BENCHMEM_ABI_SYMBOL);
  if (address == nullptr) return {attached::abi_table(), BENCHMEM_ABI_VERSION};
  benchmem_abi_table_function table_of_preload = nullptr;
  std::memcpy(&table_of_preload, &address, sizeof(table_of_preload));
  const benchmem_abi* table = table_of_preload();
  // The size too: a library built between two versions must not be called through a shorter table.
  const bool same = table->version == BENCHMEM_ABI_VERSION && table->struct_bytes == sizeof(benchmem_abi);
  return {same ? table : nullptr, table->version};
}

} // namespace benchmem::binding
