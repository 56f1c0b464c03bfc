#include "slots.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "interposer/attached/relocations.h"

namespace {

using namespace benchmem::attached;

struct SavedWord {
  const uintptr_t* word;
  uintptr_t value;
  bool bound; // pointed out of its own object, or is no jump slot: the loader has nothing left to do with it
};

constexpr size_t kMostWords = size_t{1} << 20;
SavedWord* saved = nullptr;
size_t saved_count = 0;

struct Tables {
  const ElfW(Rela) * relocations[2] = {};
  size_t counts[2] = {};
  const ElfW(Sym) * symbols = nullptr;
  const uint32_t* gnu_hash = nullptr;
};

uintptr_t absolute(uintptr_t base, uintptr_t value) { return value < base ? base + value : value; }

Tables read_tables(const dl_phdr_info* info) {
  Tables tables;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    if (info->dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
    auto* entry = reinterpret_cast<const ElfW(Dyn)*>(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
    for (; entry->d_tag != DT_NULL; ++entry) {
      const uintptr_t value = entry->d_un.d_val;
      const uintptr_t at = absolute(info->dlpi_addr, value);
      if (entry->d_tag == DT_RELA) tables.relocations[0] = reinterpret_cast<const ElfW(Rela)*>(at);
      if (entry->d_tag == DT_RELASZ) tables.counts[0] = value / sizeof(ElfW(Rela));
      if (entry->d_tag == DT_JMPREL) tables.relocations[1] = reinterpret_cast<const ElfW(Rela)*>(at);
      if (entry->d_tag == DT_PLTRELSZ) tables.counts[1] = value / sizeof(ElfW(Rela));
      if (entry->d_tag == DT_SYMTAB) tables.symbols = reinterpret_cast<const ElfW(Sym)*>(at);
      if (entry->d_tag == DT_GNU_HASH) tables.gnu_hash = reinterpret_cast<const uint32_t*>(at);
    }
  }
  return tables;
}

bool is_within(const dl_phdr_info* info, uintptr_t address) {
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info->dlpi_phdr[i];
    const uintptr_t begin = info->dlpi_addr + segment.p_vaddr;
    if (segment.p_type == PT_LOAD && address >= begin && address < begin + segment.p_memsz) return true;
  }
  return false;
}

void save_word(const uintptr_t* word, bool bound) {
  if (saved_count < kMostWords) saved[saved_count++] = {word, *word, bound};
}

struct Range {
  const char* object;
  uintptr_t begin;
  uintptr_t end;
};

int find_range(dl_phdr_info* info, size_t, void* wanted) {
  Range& range = *static_cast<Range*>(wanted);
  if (strstr(info->dlpi_name, range.object) == nullptr) return 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info->dlpi_phdr[i];
    const uintptr_t begin = info->dlpi_addr + segment.p_vaddr;
    if (segment.p_type != PT_LOAD) continue;
    if (range.begin == 0 || begin < range.begin) range.begin = begin;
    if (begin + segment.p_memsz > range.end) range.end = begin + segment.p_memsz;
  }
  return 1;
}

Range range_of(const char* object) {
  Range range = {object, 0, 0};
  dl_iterate_phdr(find_range, &range);
  return range;
}

bool leads_into(uintptr_t value, const Range& range) { return value >= range.begin && value < range.end; }

// The number of dynamic symbols: the end of the last hash chain.
size_t symbol_count(const Tables& tables) {
  if (tables.gnu_hash == nullptr) return 0;
  const uint32_t bucket_count = tables.gnu_hash[0];
  const uint32_t first = tables.gnu_hash[1];
  const uint32_t* buckets = tables.gnu_hash + 4 + tables.gnu_hash[2] * 2;
  const uint32_t* chain = buckets + bucket_count;
  uint32_t last = 0;
  for (uint32_t i = 0; i < bucket_count; ++i) last = buckets[i] > last ? buckets[i] : last;
  if (last < first) return first;
  while ((chain[last - first] & 1) == 0) ++last;
  return last + 1;
}

int save_object(dl_phdr_info* info, size_t, void*) {
  const Tables tables = read_tables(info);
  for (int table = 0; table < 2; ++table) {
    for (size_t i = 0; i < tables.counts[table]; ++i) {
      const ElfW(Rela)& relocation = tables.relocations[table][i];
      const uint32_t type = ELF64_R_TYPE(relocation.r_info);
      if (type != kJumpSlot && type != kLoadedAddress && type != kWordOfData) continue;
      const auto* word = reinterpret_cast<const uintptr_t*>(info->dlpi_addr + relocation.r_offset);
      save_word(word, type != kJumpSlot || !is_within(info, *word));
    }
  }
  if (tables.symbols == nullptr) return 0;
  const size_t count = symbol_count(tables);
  for (size_t i = 1; i < count; ++i) {
    save_word(reinterpret_cast<const uintptr_t*>(&tables.symbols[i].st_value), true);
  }
  return 0;
}

} // namespace

double save_slots(const char*, double) {
  if (saved == nullptr) {
    void* pages = mmap(nullptr, kMostWords * sizeof(SavedWord), PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (pages == MAP_FAILED) return -1;
    saved = static_cast<SavedWord*>(pages);
  }
  saved_count = 0;
  dl_iterate_phdr(save_object, nullptr);
  return static_cast<double>(saved_count);
}

double slots_into(const char* object, double) {
  double found = 0;
  save_slots("", 0);
  const Range range = range_of(object);
  for (size_t i = 0; i < saved_count; ++i) {
    if (leads_into(saved[i].value, range)) ++found;
  }
  return found;
}

double changed_slots(const char* hooks_object, double) {
  double changed = 0;
  const Range range = range_of(hooks_object);
  for (size_t i = 0; i < saved_count; ++i) {
    const uintptr_t value = *saved[i].word;
    if (value == saved[i].value) continue;
    if (saved[i].bound || leads_into(value, range)) ++changed;
  }
  return changed;
}
