// A preload library from the future: it answers with an interface version that no addon knows, and nothing else.
#include "abi/benchmem_abi.h"

static const struct benchmem_abi table = {.version = 999, .struct_bytes = sizeof(struct benchmem_abi)};

__attribute__((visibility("default"))) const struct benchmem_abi* benchmem_abi_table(void) { return &table; }
