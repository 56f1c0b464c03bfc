// The engine's code in this process: finds the object that V8 lives in, reads its file's symbols, keeps the
// runs. Must not use malloc, nor trust the file: what does not fit the loaded object is no answer.
#ifndef BENCHMEM_CALLERS_ENGINE_RANGES_H_
#define BENCHMEM_CALLERS_ENGINE_RANGES_H_

#include <cstddef>
#include <cstdint>

#include "callers/engine_symbols.h"
#include "kernel/range.h"

namespace benchmem::callers {

// Runs of one object, in pages of their own. Plain: whoever holds the last copy gives the pages back, or
// never does.
struct EngineRanges {
  const CodeRun* runs = nullptr;
  size_t run_count = 0;
  size_t engine_runs = 0;
  size_t mapped_bytes = 0;
  uintptr_t code_begin = 0; // in the process, all executable segments together
  uintptr_t code_end = 0;
  Range builtins; // of V8, in the process

  bool found() const noexcept { return engine_runs != 0; }
  bool hold(uintptr_t address) const noexcept { return address >= code_begin && address < code_end; }
  CodeKind kind_of(uintptr_t address) const noexcept { return kind_at(runs, run_count, address - code_begin); }
};

// Of the executable, or of a loaded libnode. !found() where neither has a symbol table that names V8.
EngineRanges find_engine() noexcept;
// Of one ELF file, loaded at `load_address`; `loaded_headers` are its program headers in memory.
EngineRanges read_engine(const char* file, uintptr_t load_address, const FileBytes& loaded_headers) noexcept;
void release_engine(const EngineRanges& ranges) noexcept;

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_ENGINE_RANGES_H_
