// Fuzzes the reader of ELF symbol tables: any bytes are read inside their bounds and give well-formed runs.
// The input is tried as a file, and as changes to a good one: random bytes alone seldom are an ELF file.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "../../native/callers_elf_image.h"
#include "callers/engine_symbols.h"

using namespace benchmem::callers;

namespace {

void check_runs(const std::vector<CodeRun>& runs, size_t count) {
  CodeKind before = CodeKind::kProgram;
  for (size_t i = 0; i != count; ++i) {
    if (run_kind(runs[i]) == before || static_cast<int>(run_kind(runs[i])) > 3) abort();
    if (i != 0 && run_start(runs[i]) <= run_start(runs[i - 1])) abort();
    if (kind_at(runs.data(), count, run_start(runs[i])) != run_kind(runs[i])) abort();
    before = run_kind(runs[i]);
  }
}

void check_file(const uint8_t* bytes, size_t size) {
  const FileBytes file{bytes, size};
  SymbolTable table;
  if (!find_symbol_table(file, &table)) return;
  if (table.symbol_count > size || table.names_size > size) abort();
  std::vector<CodeRun> runs(table.symbol_count), spare(table.symbol_count);
  BuiltinsSpan builtins;
  check_runs(runs, read_code_runs(file, table, runs.data(), spare.data(), &builtins));
  if (builtins.begin > builtins.end || builtins.end > table.code.end) abort();
}

// Each three bytes of the input: a position (16 bits) and the byte to put there.
std::vector<uint8_t> changed_file(const uint8_t* changes, size_t size) {
  using callers_test::ElfImage;
  std::vector<uint8_t> bytes = ElfImage({{"_ZN2v88internal4Heap8ScavengeEv", ElfImage::kCodeBegin + 0x10},
                                         {"_ZNSt6vectorIiSaIiEE5clearEv", ElfImage::kCodeBegin + 0x200},
                                         {"uv_run", ElfImage::kCodeBegin + 0x300}})
                                   .bytes;
  for (size_t i = 0; i + 2 < size; i += 3) {
    bytes[(changes[i] | size_t{changes[i + 1]} << 8) % bytes.size()] = changes[i + 2];
  }
  return bytes;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  code_kind_of(reinterpret_cast<const char*>(bytes), size);
  check_file(bytes, size);
  for (size_t used : {size < 9 ? size : size_t{9}, size}) {
    const std::vector<uint8_t> changed = changed_file(bytes, used);
    check_file(changed.data(), changed.size());
  }
  return 0;
}
