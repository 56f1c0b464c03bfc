// ELF headers and symbol table, read with bounds checks, and the sorting and merging of what they say into
// runs. Source: System V ABI, "Object Files" (ELF-64).

#include "callers/engine_symbols.h"

#include <elf.h>
#include <link.h>
#include <cstring>

namespace benchmem::callers {

namespace {

using Header = ElfW(Ehdr);
using Section = ElfW(Shdr);
using Segment = ElfW(Phdr);
using Symbol = ElfW(Sym);

bool inside(const FileBytes& file, uint64_t offset, uint64_t size) noexcept {
  return offset <= file.size && size <= file.size - offset;
}

template <class T>
bool read(const FileBytes& file, uint64_t offset, T* out) noexcept {
  if (!inside(file, offset, sizeof(T))) return false;
  memcpy(out, file.bytes + offset, sizeof(T));
  return true;
}

bool read_header(const FileBytes& file, Header* out) noexcept {
  constexpr uint8_t kOwnClass = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;
  if (!read(file, 0, out) || memcmp(out->e_ident, ELFMAG, SELFMAG) != 0) return false;
  return out->e_ident[EI_CLASS] == kOwnClass && out->e_ident[EI_DATA] == ELFDATA2LSB;
}

bool read_section(const FileBytes& file, const Header& header, uint64_t index, Section* out) noexcept {
  if (header.e_shoff == 0 || header.e_shentsize != sizeof(Section) || header.e_shoff > file.size) return false;
  return read(file, header.e_shoff + index * sizeof(Section), out);
}

// Files with very many sections keep the number in the first section.
uint64_t section_count(const FileBytes& file, const Header& header) noexcept {
  Section first;
  if (header.e_shnum != 0) return header.e_shnum;
  return read_section(file, header, 0, &first) ? first.sh_size : 0;
}

bool take_symbols(const FileBytes& file, const Header& header, uint64_t count, const Section& symbols,
                  SymbolTable* out) noexcept {
  Section names;
  if (symbols.sh_entsize != sizeof(Symbol) || symbols.sh_link >= count) return false;
  if (!read_section(file, header, symbols.sh_link, &names) || names.sh_type != SHT_STRTAB) return false;
  if (!inside(file, symbols.sh_offset, symbols.sh_size) || !inside(file, names.sh_offset, names.sh_size)) return false;
  out->symbols = symbols.sh_offset;
  out->symbol_count = symbols.sh_size / sizeof(Symbol);
  out->names = names.sh_offset;
  out->names_size = names.sh_size;
  return out->symbol_count != 0;
}

bool is_function(const Symbol& symbol, const SymbolTable& table) noexcept {
  const unsigned type = ELF64_ST_TYPE(symbol.st_info);
  if ((type != STT_FUNC && type != STT_GNU_IFUNC) || symbol.st_shndx == SHN_UNDEF) return false;
  return symbol.st_value >= table.code.begin && symbol.st_value < table.code.end;
}

bool is_builtin(const char* name, size_t room) noexcept {
  constexpr char kPrefix[] = "Builtins_";
  constexpr size_t kLength = sizeof kPrefix - 1;
  return room > kLength && memcmp(name, kPrefix, kLength) == 0 && name[kLength] != '\0';
}

void widen(BuiltinsSpan* span, const Symbol& symbol, const SymbolTable& table) noexcept {
  const uint64_t room = table.code.end - symbol.st_value;
  const uint64_t end = symbol.st_value + (symbol.st_size < room ? symbol.st_size : room);
  if (span->end == 0 || symbol.st_value < span->begin) span->begin = symbol.st_value;
  if (end > span->end) span->end = end;
}

} // namespace

bool find_program_headers(const FileBytes& file, FileBytes* out) noexcept {
  Header header;
  if (!read_header(file, &header) || header.e_phentsize != sizeof(Segment)) return false;
  const uint64_t size = uint64_t{header.e_phnum} * sizeof(Segment);
  if (!inside(file, header.e_phoff, size)) return false;
  *out = {file.bytes + header.e_phoff, static_cast<size_t>(size)};
  return true;
}

bool find_code_span(const FileBytes& headers, CodeSpan* out) noexcept {
  uint64_t begin = ~uint64_t{0}, end = 0;
  Segment segment;
  for (uint64_t offset = 0; read(headers, offset, &segment); offset += sizeof segment) {
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_X) == 0) continue;
    const uint64_t segment_end = segment.p_vaddr + segment.p_memsz;
    if (segment_end < segment.p_vaddr) return false;
    if (segment.p_vaddr < begin) begin = segment.p_vaddr;
    if (segment_end > end) end = segment_end;
  }
  *out = {begin, end};
  return begin < end && end - begin <= kMaxCodeSpan;
}

bool find_symbol_table(const FileBytes& file, SymbolTable* out) noexcept {
  Header header;
  FileBytes headers;
  if (!read_header(file, &header) || !find_program_headers(file, &headers)) return false;
  if (!find_code_span(headers, &out->code)) return false;
  const uint64_t count = section_count(file, header);
  Section section;
  for (uint64_t index = 0; index < count && read_section(file, header, index, &section); ++index) {
    if (section.sh_type == SHT_SYMTAB) return take_symbols(file, header, count, section, out);
  }
  return false;
}

size_t collect_functions(const FileBytes& file, const SymbolTable& table, CodeRun* functions,
                         BuiltinsSpan* builtins) noexcept {
  const char* const names = reinterpret_cast<const char*>(file.bytes + table.names);
  size_t count = 0;
  for (uint64_t index = 0; index != table.symbol_count; ++index) {
    Symbol symbol;
    memcpy(&symbol, file.bytes + table.symbols + index * sizeof symbol, sizeof symbol);
    if (!is_function(symbol, table) || symbol.st_name >= table.names_size) continue;
    const char* const name = names + symbol.st_name;
    const size_t room = table.names_size - symbol.st_name;
    functions[count++] = make_run(symbol.st_value - table.code.begin, code_kind_of(name, room));
    if (*name == 'B' && is_builtin(name, room)) widen(builtins, symbol, table);
  }
  return count;
}

// Least significant digit first; three passes of 11 bits. PERF: 1 ms for 140,000 words, a third of
// std::sort's.
void sort_runs(CodeRun* runs, CodeRun* spare, size_t count) noexcept {
  if (count < 2) return;
  constexpr unsigned kDigitBits = 11, kDigits = 3;
  constexpr uint32_t kValues = 1u << kDigitBits;
  CodeRun* from = runs;
  CodeRun* to = spare;
  for (unsigned digit = 0; digit != kDigits; ++digit) {
    const unsigned shift = digit * kDigitBits;
    uint32_t next[kValues] = {};
    for (size_t i = 0; i != count; ++i) ++next[from[i] >> shift & (kValues - 1)];
    uint32_t before = 0;
    for (uint32_t& slot : next) {
      const uint32_t here = slot;
      slot = before;
      before += here;
    }
    for (size_t i = 0; i != count; ++i) to[next[from[i] >> shift & (kValues - 1)]++] = from[i];
    CodeRun* const sorted = to;
    to = from;
    from = sorted;
  }
  memcpy(runs, from, count * sizeof(CodeRun)); // an odd number of passes ends in `spare`
}

// WHY: names of one address that disagree are code that the linker folded together. Whose call it is only its
// caller can tell.
size_t merge_runs(CodeRun* sorted, size_t count) noexcept {
  size_t kept = 0;
  for (size_t i = 0; i != count;) {
    const uint32_t start = run_start(sorted[i]);
    CodeKind kind = run_kind(sorted[i]);
    for (++i; i != count && run_start(sorted[i]) == start; ++i) {
      if (run_kind(sorted[i]) == kind) continue;
      kind = is_engine(kind) && is_engine(run_kind(sorted[i])) ? CodeKind::kEngine : CodeKind::kOnBehalf;
    }
    const CodeKind before = kept == 0 ? CodeKind::kProgram : run_kind(sorted[kept - 1]);
    if (kind != before) sorted[kept++] = make_run(start, kind);
  }
  return kept;
}

size_t read_code_runs(const FileBytes& file, const SymbolTable& table, CodeRun* runs, CodeRun* spare,
                      BuiltinsSpan* builtins) noexcept {
  const size_t functions = collect_functions(file, table, runs, builtins);
  sort_runs(runs, spare, functions);
  return merge_runs(runs, functions);
}

CodeKind kind_at(const CodeRun* runs, size_t count, uint64_t offset) noexcept {
  size_t low = 0, high = count; // the first run that starts after the offset
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (run_start(runs[middle]) <= offset)
      low = middle + 1;
    else
      high = middle;
  }
  return low == 0 ? CodeKind::kProgram : run_kind(runs[low - 1]);
}

size_t count_engine_runs(const CodeRun* runs, size_t count) noexcept {
  size_t engine = 0;
  for (size_t i = 0; i != count; ++i) engine += is_engine(run_kind(runs[i]));
  return engine;
}

} // namespace benchmem::callers
