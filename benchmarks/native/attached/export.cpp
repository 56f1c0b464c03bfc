// The attached interposer as a library that a plain C program can load: benchmarks/native/hook_cost.cpp does.

#include "interposer/attached/attached.h"

extern "C" __attribute__((visibility("default"))) const benchmem_abi* benchmem_attached_table() {
  return benchmem::attached::abi_table();
}
