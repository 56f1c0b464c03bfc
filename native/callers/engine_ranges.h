// The engine's code in this process: finds the object that V8 lives in, takes over what an earlier process read of its file's
// symbols, or reads them, and keeps the runs. Must not use malloc, nor trust either: what does not fit the loaded object is no
// answer.
#ifndef BENCHMEM_CALLERS_ENGINE_RANGES_H_
#define BENCHMEM_CALLERS_ENGINE_RANGES_H_

#include <cstddef>
#include <cstdint>

#include "callers/engine_handover.h"
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

// Of the executable, or of a loaded libnode. !found() where neither has a symbol table that names V8. Taken over from the
// room if it holds this engine's; else the symbols are read, and written there for the next process.
EngineRanges find_engine(const HandoverRoom& room) noexcept;
// Of one ELF file that is loaded.
EngineRanges read_engine(const char* path, const LoadedFile& loaded) noexcept;
void release_engine(const EngineRanges& ranges) noexcept;

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_ENGINE_RANGES_H_
