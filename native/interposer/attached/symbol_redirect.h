// Makes the loader itself answer with our entries: redirects the hooked symbols in their definers' symbol tables.
// WHY: objects loaded later, their constructors, lazy binding and dlsym all get the hook, with dlopen left alone:
// a wrapped dlopen runs constructors before it can patch, and searches from the wrapper's RUNPATH, not the caller's.
#ifndef BENCHMEM_INTERPOSER_ATTACHED_SYMBOL_REDIRECT_H_
#define BENCHMEM_INTERPOSER_ATTACHED_SYMBOL_REDIRECT_H_

#include "interposer/attached/loaded_objects.h"

namespace benchmem::attached {

// One symbol of its definer, where it has the value `from`. False: the table's page could not be made writable.
bool move_symbol(const ElfObject& object, const char* name, void* from, void* to) noexcept;

// Idempotent. False: a symbol table's page could not be made writable.
bool redirect_symbols(const LoadedObjects& objects) noexcept;
bool restore_symbols(const LoadedObjects& objects) noexcept;

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_SYMBOL_REDIRECT_H_
