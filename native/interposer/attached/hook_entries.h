// Our entry points, one for each hooked symbol: what the patched slots point to.
// They stay correct for good: a caller may keep such a pointer long after the slots were restored.
#ifndef BENCHMEM_INTERPOSER_ATTACHED_HOOK_ENTRIES_H_
#define BENCHMEM_INTERPOSER_ATTACHED_HOOK_ENTRIES_H_

#include <cstddef>
#include <cstdint>

namespace benchmem::attached {

// `const void*` stands for `const std::nothrow_t&`, `size_t alignment` for `std::align_val_t`: they come in the same
// registers.
#define BENCHMEM_HOOKED(id, symbol, family, result, parameters, method, arguments) result hooked_##id parameters;
#define BENCHMEM_HOOKED_FREE(id, symbol, family, parameters) void hooked_##id parameters;
#define BENCHMEM_HOOKED_NEW(id, symbol, family, parameters, arguments, types) void* hooked_##id parameters;
#define BENCHMEM_HOOKED_NEW_ALIGNED(id, symbol, family, parameters, arguments, types) void* hooked_##id parameters;
#define BENCHMEM_HOOKED_STRING(id, symbol, family, parameters, length) char* hooked_##id parameters;
#define BENCHMEM_HOOKED_LOADER(id, symbol, family, result, parameters, arguments) result hooked_##id parameters;
#define BENCHMEM_HOOKED_MAPPING(id, symbol, family, result, parameters, call) result hooked_##id parameters;
#include "interposer/symbols.def"

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_HOOK_ENTRIES_H_
