// Looking a symbol up by the loaded objects' own hash tables, in the loader's search order. glibc only.

#include "backend/earlier_definition.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include <cstdint>
#include <cstring>

namespace benchmem {

namespace {

struct SymbolTable {
  const ElfW(Sym) * symbols = nullptr;
  const char* names = nullptr;
  const uint32_t* gnu_hash = nullptr;
  const uint32_t* sysv_hash = nullptr;

  explicit SymbolTable(const link_map* object) noexcept {
    for (const ElfW(Dyn)* entry = object->l_ld; entry->d_tag != DT_NULL; ++entry) {
      const void* address = reinterpret_cast<const void*>(entry->d_un.d_ptr);
      if (entry->d_tag == DT_SYMTAB) symbols = static_cast<const ElfW(Sym)*>(address);
      if (entry->d_tag == DT_STRTAB) names = static_cast<const char*>(address);
      if (entry->d_tag == DT_GNU_HASH) gnu_hash = static_cast<const uint32_t*>(address);
      if (entry->d_tag == DT_HASH) sysv_hash = static_cast<const uint32_t*>(address);
    }
  }

  bool matches(uint32_t index, const char* name) const noexcept {
    const ElfW(Sym)& symbol = symbols[index];
    return symbol.st_shndx != SHN_UNDEF && strcmp(names + symbol.st_name, name) == 0;
  }

  const ElfW(Sym) * find(const char* name) const noexcept {
    if (symbols == nullptr || names == nullptr) return nullptr;
    if (gnu_hash != nullptr) return find_by_gnu_hash(name);
    return sysv_hash != nullptr ? find_by_sysv_hash(name) : nullptr;
  }

  // Table: bucket count, first symbol, Bloom words, Bloom shift; Bloom filter (64 bits each), buckets, chains.
  const ElfW(Sym) * find_by_gnu_hash(const char* name) const noexcept {
    uint32_t hash = 5381;
    for (const char* c = name; *c != '\0'; ++c) hash = hash * 33 + static_cast<unsigned char>(*c);
    const uint32_t bucket_count = gnu_hash[0];
    const uint32_t first = gnu_hash[1];
    const uint32_t* buckets = gnu_hash + 4 + gnu_hash[2] * (sizeof(ElfW(Addr)) / sizeof(uint32_t));
    const uint32_t* chains = buckets + bucket_count;
    if (bucket_count == 0) return nullptr;
    uint32_t index = buckets[hash % bucket_count];
    if (index < first) return nullptr;
    for (;; ++index) {
      const uint32_t chain = chains[index - first];
      if ((chain | 1) == (hash | 1) && matches(index, name)) return symbols + index;
      if ((chain & 1) != 0) return nullptr;
    }
  }

  // Table: bucket count, chain count, buckets, chains.
  const ElfW(Sym) * find_by_sysv_hash(const char* name) const noexcept {
    uint32_t hash = 0;
    for (const char* c = name; *c != '\0'; ++c) {
      hash = (hash << 4) + static_cast<unsigned char>(*c);
      hash = (hash ^ ((hash & 0xf0000000) >> 24)) & 0x0fffffff;
    }
    const uint32_t* chains = sysv_hash + 2 + sysv_hash[0];
    if (sysv_hash[0] == 0) return nullptr;
    for (uint32_t index = sysv_hash[2 + hash % sysv_hash[0]]; index != STN_UNDEF; index = chains[index]) {
      if (matches(index, name)) return symbols + index;
    }
    return nullptr;
  }
};

// SAFETY: the kernel's object is not relocated: its tables hold offsets, not addresses.
bool is_kernels_own(const link_map* object) noexcept { return strncmp(object->l_name, "linux-", 6) == 0; }

} // namespace

EarlierDefinition find_earlier_definition(const char* name) noexcept {
  Dl_info self;
  link_map* own = nullptr;
  const auto anchor = reinterpret_cast<const void*>(&find_earlier_definition);
  if (dladdr1(anchor, &self, reinterpret_cast<void**>(&own), RTLD_DL_LINKMAP) == 0) return {nullptr, nullptr};
  const link_map* object = own;
  while (object->l_prev != nullptr) object = object->l_prev;
  for (; object != nullptr && object != own; object = object->l_next) {
    if (is_kernels_own(object)) continue;
    const ElfW(Sym)* symbol = SymbolTable(object).find(name);
    if (symbol == nullptr) continue;
    return {reinterpret_cast<void*>(object->l_addr + symbol->st_value), object->l_name};
  }
  return {nullptr, nullptr};
}

} // namespace benchmem
