#include "mappings/earlier.h"

#include <link.h>

#include <cstring>
#include <initializer_list>

#include "callers/callers.h"
#include "kernel/raw_pages.h"
#include "mappings/mappings.h"
#include "mappings/process_map.h"
#include "mappings/table_state.h"

namespace benchmem::mappings {

namespace {

constexpr uint64_t kLeastBytes = 64 * 1024;
constexpr size_t kMostCandidates = size_t{1} << 16;
constexpr size_t kPieceBytes = 64 * 1024;

struct Candidate {
  Range range;
  bool committed;
  ObjectId owner; // kUnknownObject: nobody points into it
};

struct Search {
  Candidate* candidates = nullptr; // ascending
  size_t count = 0;
  MapLine before; // the line before, for guards of stacks
  uint64_t* piece = nullptr;
  ProcessMemory memory;

  Candidate* find(uintptr_t address) noexcept {
    size_t low = 0, high = count;
    while (low < high) {
      const size_t middle = low + (high - low) / 2;
      if (candidates[middle].range.end <= address) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low != count && candidates[low].range.begin <= address ? &candidates[low] : nullptr;
  }
};

bool is_resident(uintptr_t page) noexcept {
  unsigned char answer = 0;
  return syscall(SYS_mincore, page, page_bytes(), &answer) == 0 && (answer & 1) != 0;
}

// A thread's stack ends with its control block, whose first word and third are its own address. What lies above it in
// the same mapping the kernel has only joined to it. On arm64 no word of the block names it, and its variables stand
// above it: there the whole mapping is taken for the stack.
uintptr_t end_of_stack(Search& search, Range range) noexcept {
  const size_t page_size = page_bytes();
  constexpr uintptr_t kControlBlock = 0x1000; // more than any C library's
  for (uintptr_t page = range.begin; page < range.end; page += page_size) {
    if (!is_resident(page) || !search.memory.read(page, search.piece, page_size)) continue;
    for (uintptr_t i = 0; i + 2 < page_size / sizeof(uint64_t); i += 2) {
      const uintptr_t address = page + i * sizeof(uint64_t);
      if (search.piece[i] != address || search.piece[i + 2] != address) continue;
      const uintptr_t end = (address + kControlBlock + page_size - 1) & ~(page_size - 1);
      return end < range.end ? end : range.end;
    }
  }
  return range.end;
}

// An arena of glibc's malloc other than the main one begins with its place in the list, at a multiple of 64 MiB.
bool is_malloc_heap(const Search& search, Range range) noexcept {
  constexpr uintptr_t kHeapBytes = 64 << 20;
  uint64_t words[4] = {}; // arena, previous heap, size, protected size
  if (range.begin % kHeapBytes != 0 || !search.memory.read(range.begin, words, sizeof(words))) return false;
  const bool sizes_fit = words[2] % page_bytes() == 0 && words[2] >= page_bytes() && words[2] <= kHeapBytes;
  return sizes_fit && words[3] >= words[2] && words[3] <= kHeapBytes && words[0] != 0;
}

void add_candidate(const MapLine& line, void* context) noexcept {
  Search& search = *static_cast<Search*>(context);
  const MapLine before = search.before;
  search.before = line;
  if (!line.anonymous || line.executable || search.count == kMostCandidates) return;
  Range range = line.range;
  const bool committed = line.readable || line.writable;
  if (line.writable) {
    constexpr uint64_t kLargestGuard = 64 * 1024;
    const bool has_guard = before.anonymous && !before.readable && !before.writable && before.range.end == range.begin;
    if (has_guard && before.range.bytes() <= kLargestGuard) range.begin = end_of_stack(search, range);
    const auto read = [&search](uintptr_t at, uint64_t* words) { return search.memory.read(at, words, 16); };
    range.begin = end_of_malloc_chunks(range, read);
    if (range.begin < range.end && is_malloc_heap(search, range)) return;
  }
  if (range.begin < range.end && range.bytes() >= kLeastBytes) {
    search.candidates[search.count++] = {range, committed, kUnknownObject};
  }
}

// Words of [begin, begin + bytes) that point into something that has no owner yet.
void follow_pointers(Search& search, uintptr_t begin, size_t bytes, ObjectId owner) noexcept {
  begin = (begin + sizeof(uint64_t) - 1) & ~(sizeof(uint64_t) - 1);
  for (size_t done = 0; done < bytes; done += kPieceBytes) {
    const size_t length = bytes - done < kPieceBytes ? bytes - done : kPieceBytes;
    if (!search.memory.read(begin + done, search.piece, length)) continue;
    for (size_t i = 0; i < length / sizeof(uint64_t); ++i) {
      Candidate* const found = search.find(search.piece[i]);
      if (found != nullptr && found->owner == kUnknownObject) found->owner = owner;
    }
  }
}

bool starts_with(const char* text, const char* prefix) noexcept {
  return std::strncmp(text, prefix, std::strlen(prefix)) == 0;
}

// The system's libraries hold pointers to stacks and to what others gave them.
bool is_system_library(const char* path) noexcept {
  const char* slash = std::strrchr(path, '/');
  const char* name = slash == nullptr ? path : slash + 1;
  for (const char* prefix : {"libc.so", "libc-", "libm.so", "libm-", "libdl.so", "libdl-", "libpthread", "librt.so",
                             "ld-linux", "ld-musl", "libstdc++", "libgcc_s", "linux-vdso", "linux-gate"}) {
    if (starts_with(name, prefix)) return true;
  }
  return false;
}

bool holds(const dl_phdr_info& object, const void* address) noexcept {
  const auto at = reinterpret_cast<uintptr_t>(address);
  for (int i = 0; i != object.dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = object.dlpi_phdr[i];
    const uintptr_t begin = object.dlpi_addr + header.p_vaddr;
    if (header.p_type == PT_LOAD && at >= begin && at < begin + header.p_memsz) return true;
  }
  return false;
}

// An address inside the object's code; nullptr: it has none.
const void* code_of(const dl_phdr_info& object) noexcept {
  for (int i = 0; i != object.dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = object.dlpi_phdr[i];
    if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0 || header.p_memsz < 2) continue;
    return reinterpret_cast<const void*>(object.dlpi_addr + header.p_vaddr + 1);
  }
  return nullptr;
}

struct Owner {
  const void* code;
  Range data[8];
  size_t count;
};
struct Owners {
  Owner* owners;
  size_t count;
  const void* allocator;
};
constexpr size_t kMostOwners = 4096;

// WHY: ids are asked for later, because classify() may ask for the loader's list, which is being walked here.
int note_owner(dl_phdr_info* object, size_t, void* context) noexcept {
  Owners& all = *static_cast<Owners*>(context);
  const bool own = holds(*object, reinterpret_cast<const void*>(&note_owner));
  if (*object->dlpi_name == '\0' || own || is_system_library(object->dlpi_name)) return 0;
  if (holds(*object, all.allocator) || all.count == kMostOwners) return 0;
  Owner& owner = all.owners[all.count++];
  owner = {code_of(*object), {}, 0};
  for (int i = 0; i != object->dlpi_phnum && owner.count < 7; ++i) {
    const ElfW(Phdr)& header = object->dlpi_phdr[i];
    const uintptr_t begin = object->dlpi_addr + header.p_vaddr;
    if (header.p_type == PT_LOAD && (header.p_flags & PF_W) != 0) {
      owner.data[owner.count++] = {begin, begin + header.p_memsz};
    } else if (header.p_type == PT_TLS && object->dlpi_tls_data != nullptr) {
      const auto storage = reinterpret_cast<uintptr_t>(object->dlpi_tls_data);
      owner.data[owner.count++] = {storage, storage + header.p_memsz};
    }
  }
  return 0;
}

// What is reserved beside an owner's pages is its own too: it commits them later.
void spread_to_reserved(Search& search) noexcept {
  for (size_t i = 0; i != search.count; ++i) {
    Candidate& one = search.candidates[i];
    if (one.committed || one.owner != kUnknownObject) continue;
    const bool joins_before = i > 0 && search.candidates[i - 1].range.end == one.range.begin;
    const bool joins_after = i + 1 < search.count && search.candidates[i + 1].range.begin == one.range.end;
    if (joins_before) one.owner = search.candidates[i - 1].owner;
    if (joins_after && one.owner == kUnknownObject) one.owner = search.candidates[i + 1].owner;
  }
}

void take_over(const Search& search) noexcept {
  const Hold hold;
  for (size_t i = 0; i != search.count; ++i) {
    const Candidate& one = search.candidates[i];
    if (one.owner == kUnknownObject || one.owner == kEngineObject) continue;
    const size_t next = state.table.first_ending_after(one.range.begin);
    const Region* const known = state.table.begin() + next;
    if (known != state.table.end() && known->range.begin < one.range.end) continue;
    state.table.map(one.range, {RegionKind::kEarlierObject, one.owner, one.committed, nullptr});
  }
}

void find_owners(Search& search, Owners& owners) noexcept {
  dl_iterate_phdr(note_owner, &owners);
  for (size_t i = 0; i != owners.count; ++i) {
    const Owner& owner = owners.owners[i];
    if (owner.code == nullptr) continue;
    const ObjectId id = classify({owner.code, nullptr});
    for (size_t k = 0; k != owner.count; ++k) {
      follow_pointers(search, owner.data[k].begin, owner.data[k].bytes(), id);
    }
  }
  spread_to_reserved(search);
}

} // namespace

void learn_earlier_regions(const void* allocator) noexcept {
  ErrnoGuard guard;
  const Unnoted unnoted;
  Search search;
  search.candidates = static_cast<Candidate*>(map_pages(kMostCandidates * sizeof(Candidate)));
  search.piece = static_cast<uint64_t*>(map_pages(kPieceBytes));
  Owners owners = {static_cast<Owner*>(map_pages(kMostOwners * sizeof(Owner))), 0, allocator};
  if (search.candidates != nullptr && search.piece != nullptr && owners.owners != nullptr) {
    if (for_each_map_line(add_candidate, &search)) find_owners(search, owners);
    take_over(search);
  }
  if (search.candidates != nullptr) unmap_pages(search.candidates, kMostCandidates * sizeof(Candidate));
  if (search.piece != nullptr) unmap_pages(search.piece, kPieceBytes);
  if (owners.owners != nullptr) unmap_pages(owners.owners, kMostOwners * sizeof(Owner));
}

} // namespace benchmem::mappings
