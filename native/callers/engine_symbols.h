// Which code addresses of an ELF file are V8's: read from the file's symbol table. Pure: bytes in, runs out.
// Must not read outside the file's bytes, however broken they are, nor allocate: the caller brings the
// memory.
#ifndef BENCHMEM_CALLERS_ENGINE_SYMBOLS_H_
#define BENCHMEM_CALLERS_ENGINE_SYMBOLS_H_

#include <cstddef>
#include <cstdint>

namespace benchmem::callers {

enum class CodeKind : uint8_t {
  kProgram = 0,
  kEngine = 1,
  kOnBehalf = 2,     // code in the executable that counts as whatever called it: the standard library, the Node-API
  kBackingStore = 3, // the engine's too: what reserves and commits memory for WebAssembly and resizable buffers
};
constexpr bool is_engine(CodeKind kind) noexcept {
  return kind == CodeKind::kEngine || kind == CodeKind::kBackingStore;
}

// From a function's mangled name, which ends at its NUL or after `room` bytes.
CodeKind code_kind_of(const char* name, size_t room) noexcept;

struct FileBytes {
  const uint8_t* bytes = nullptr;
  size_t size = 0;
};

// Addresses as a file has them: all its executable segments together.
struct CodeSpan {
  uint64_t begin = 0;
  uint64_t end = 0;
};

// The parts of an ELF file that matter here; every offset and count lies inside the file.
struct SymbolTable {
  uint64_t symbols = 0; // file offset
  uint64_t symbol_count = 0;
  uint64_t names = 0; // file offset
  uint64_t names_size = 0;
  CodeSpan code;
};

// False: not an ELF file of this machine's class, without .symtab, or malformed.
bool find_symbol_table(const FileBytes& file, SymbolTable* out) noexcept;

// The program headers as the file has them: to tell whether a file is the one that was loaded.
bool find_program_headers(const FileBytes& file, FileBytes* out) noexcept;

// False: the program headers name no code, or more of it than a run can say.
bool find_code_span(const FileBytes& headers, CodeSpan* out) noexcept;

// INVARIANT: a word is (start - code.begin) << 2 | CodeKind. In a list of runs words ascend, and neighbours
// differ in kind; a run reaches to the next one's start, the last one to code.end. What lies before the first
// is the program's.
using CodeRun = uint32_t;
inline constexpr uint64_t kMaxCodeSpan = uint64_t{1} << 30;

constexpr CodeRun make_run(uint64_t offset, CodeKind kind) noexcept {
  return static_cast<CodeRun>(offset << 2 | static_cast<uint64_t>(kind));
}
constexpr uint32_t run_start(CodeRun run) noexcept { return run >> 2; }
constexpr CodeKind run_kind(CodeRun run) noexcept { return static_cast<CodeKind>(run & 3); }

// Where V8's builtins lie, as the file has addresses: machine code without an unwind table, whose frames all begin with
// their frame pointer. Empty: none is named.
struct BuiltinsSpan {
  uint64_t begin = 0;
  uint64_t end = 0;
};

// Both arrays have room for table.symbol_count entries; the runs are left in the first. Answers their number.
size_t read_code_runs(const FileBytes& file, const SymbolTable& table, CodeRun* runs, CodeRun* spare,
                      BuiltinsSpan* builtins) noexcept;

// The steps of read_code_runs.
size_t collect_functions(const FileBytes& file, const SymbolTable& table, CodeRun* functions,
                         BuiltinsSpan* builtins) noexcept;
void sort_runs(CodeRun* runs, CodeRun* spare, size_t count) noexcept;
size_t merge_runs(CodeRun* sorted, size_t count) noexcept;

CodeKind kind_at(const CodeRun* runs, size_t count, uint64_t offset) noexcept;
size_t count_engine_runs(const CodeRun* runs, size_t count) noexcept;

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_ENGINE_SYMBOLS_H_
