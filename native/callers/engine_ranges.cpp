// Opening, mapping and unmapping the engine's file around the pure reader of engine_symbols.h, or around nothing: a handover
// needs no file.

#include "callers/engine_ranges.h"

#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <climits>
#include <cstring>

#include "kernel/raw_pages.h"

namespace benchmem::callers {

namespace {

// A file's bytes while this lives. WHY: these are raw system calls, because mmap, munmap and open may be hooked.
class MappedFile {
 public:
  explicit MappedFile(const char* path) noexcept {
    const long file = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    if (file < 0) return;
    const long size = syscall(SYS_lseek, file, 0L, SEEK_END);
    const long at = size <= 0 ? -1 : syscall(SYS_mmap, nullptr, size, PROT_READ, MAP_PRIVATE, file, 0L);
    if (at != -1) bytes_ = {reinterpret_cast<const uint8_t*>(at), static_cast<size_t>(size)};
    syscall(SYS_close, file);
  }
  ~MappedFile() {
    if (bytes_.bytes != nullptr) syscall(SYS_munmap, bytes_.bytes, bytes_.size);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  const FileBytes& bytes() const noexcept { return bytes_; }

 private:
  FileBytes bytes_;
};

bool same_bytes(const FileBytes& a, const FileBytes& b) noexcept {
  return a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0;
}

// The executable, then every libnode in the loader's order; and our own object, whose code reads them.
struct Candidates {
  static constexpr size_t kMax = 4;
  struct Candidate {
    char path[PATH_MAX];
    LoadedFile loaded;
  };
  Candidate* entries;
  size_t count;
  LoadedFile reader;
};

bool is_libnode(const char* path) noexcept {
  const char* const slash = strrchr(path, '/');
  return strncmp(slash == nullptr ? path : slash + 1, "libnode.", 8) == 0;
}

int add_candidate(dl_phdr_info* info, size_t, void* context) noexcept {
  Candidates& candidates = *static_cast<Candidates*>(context);
  const FileBytes headers{reinterpret_cast<const uint8_t*>(info->dlpi_phdr), info->dlpi_phnum * sizeof(ElfW(Phdr))};
  const LoadedFile loaded{info->dlpi_addr, headers};
  CodeSpan code;
  const uint64_t own = reinterpret_cast<uintptr_t>(&add_candidate) - loaded.load_address;
  if (find_code_span(headers, &code) && own >= code.begin && own < code.end) candidates.reader = loaded;

  const bool is_executable = candidates.count == 0; // INVARIANT: the loader lists it first
  const char* const path = is_executable ? "/proc/self/exe" : info->dlpi_name;
  if (!is_executable && (path == nullptr || !is_libnode(path) || strlen(path) >= PATH_MAX)) return 0;
  if (candidates.count == Candidates::kMax) return 0;
  Candidates::Candidate& entry = candidates.entries[candidates.count++];
  strcpy(entry.path, path);
  entry.loaded = loaded;
  return 0;
}

// Keeps the runs in as few pages as they need.
EngineRanges keep_runs(const KnownCode& known, const CodeSpan& code, uintptr_t load_address) noexcept {
  EngineRanges ranges;
  const size_t bytes = known.run_count * sizeof(CodeRun);
  CodeRun* const kept = static_cast<CodeRun*>(map_pages(bytes));
  if (kept == nullptr) return ranges;
  memcpy(kept, known.runs, bytes);
  ranges.runs = kept;
  ranges.run_count = known.run_count;
  ranges.engine_runs = count_engine_runs(kept, known.run_count);
  ranges.mapped_bytes = bytes;
  ranges.code_begin = load_address + code.begin;
  ranges.code_end = load_address + code.end;
  ranges.builtins = {load_address + known.builtins.begin, load_address + known.builtins.end};
  return ranges;
}

EngineRanges take_over(const HandoverRoom& room, const EngineIdentity& identity, const LoadedFile& loaded) noexcept {
  EngineRanges ranges;
  CodeSpan code;
  if (room.size == 0 || !find_code_span(loaded.headers, &code)) return ranges;
  CodeRun* const work = static_cast<CodeRun*>(map_pages(room.size));
  if (work == nullptr) return ranges;
  KnownCode known;
  if (read_handover(room, identity, code, work, &known)) ranges = keep_runs(known, code, loaded.load_address);
  unmap_pages(work, room.size);
  return ranges;
}

void hand_over(const EngineRanges& ranges, const EngineIdentity& identity, uintptr_t load_address,
               const HandoverRoom& room) noexcept {
  const BuiltinsSpan builtins{ranges.builtins.begin - load_address, ranges.builtins.end - load_address};
  write_handover({ranges.runs, ranges.run_count, builtins}, identity, room);
}

// Taken over if there is something of one of them, because to ask an executable without V8 costs more than all of that.
EngineRanges find_among(const Candidates& candidates, const HandoverRoom& room) noexcept {
  EngineIdentity identities[Candidates::kMax];
  EngineRanges ranges;
  for (size_t i = 0; i != candidates.count && !ranges.found(); ++i) {
    identities[i] = identity_of(candidates.entries[i].loaded, candidates.reader);
    ranges = take_over(room, identities[i], candidates.entries[i].loaded);
  }
  for (size_t i = 0; i != candidates.count && !ranges.found(); ++i) {
    const Candidates::Candidate& candidate = candidates.entries[i];
    ranges = read_engine(candidate.path, candidate.loaded);
    if (ranges.found()) hand_over(ranges, identities[i], candidate.loaded.load_address, room);
  }
  return ranges;
}

} // namespace

EngineRanges read_engine(const char* path, const LoadedFile& loaded) noexcept {
  ErrnoGuard guard;
  EngineRanges ranges;
  const MappedFile file(path);
  FileBytes headers;
  SymbolTable table;
  // SAFETY: a file that was replaced on disk would name other functions at these addresses.
  if (!find_program_headers(file.bytes(), &headers) || !same_bytes(headers, loaded.headers)) return ranges;
  if (!find_symbol_table(file.bytes(), &table)) return ranges;

  const size_t bytes = table.symbol_count * sizeof(CodeRun);
  CodeRun* const work = static_cast<CodeRun*>(map_pages(2 * bytes));
  if (work == nullptr) return ranges;
  KnownCode known{work, 0, {}};
  known.run_count = read_code_runs(file.bytes(), table, work, work + table.symbol_count, &known.builtins);
  if (count_engine_runs(work, known.run_count) != 0) ranges = keep_runs(known, table.code, loaded.load_address);
  unmap_pages(work, 2 * bytes);
  return ranges;
}

EngineRanges find_engine(const HandoverRoom& room) noexcept {
  constexpr size_t kBytes = Candidates::kMax * sizeof(Candidates::Candidate);
  EngineRanges ranges;
  Candidates candidates{static_cast<Candidates::Candidate*>(map_pages(kBytes)), 0, {}};
  if (candidates.entries == nullptr) return ranges;
  dl_iterate_phdr(add_candidate, &candidates);
  ranges = find_among(candidates, room);
  unmap_pages(candidates.entries, kBytes);
  return ranges;
}

void release_engine(const EngineRanges& ranges) noexcept {
  if (ranges.runs != nullptr) unmap_pages(const_cast<CodeRun*>(ranges.runs), ranges.mapped_bytes);
}

} // namespace benchmem::callers
