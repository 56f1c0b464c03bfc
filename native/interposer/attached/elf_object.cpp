#include "interposer/attached/elf_object.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

namespace benchmem::attached {
namespace {

uint32_t gnu_hash_of(const char* name) noexcept {
  uint32_t hash = 5381;
  for (; *name != '\0'; ++name) hash = hash * 33 + static_cast<unsigned char>(*name);
  return hash;
}

} // namespace

ElfObject::ElfObject(uintptr_t base, const ElfW(Phdr) * headers, size_t header_count) noexcept
    : base_(base), headers_(headers), header_count_(header_count) {
  const uintptr_t page_mask = ~(static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE)) - 1);
  for (size_t i = 0; i < header_count_; ++i) {
    const uintptr_t begin = base_ + headers_[i].p_vaddr;
    if (headers_[i].p_type == PT_DYNAMIC) {
      read_dynamic(reinterpret_cast<const ElfW(Dyn)*>(begin));
    } else if (headers_[i].p_type == PT_GNU_RELRO) {
      // As the loader does it: a last page that is only partly RELRO stays writable.
      relro_begin_ = begin & page_mask;
      relro_end_ = (begin + headers_[i].p_memsz) & page_mask;
    }
  }
}

void ElfObject::read_dynamic(const ElfW(Dyn) * dynamic) noexcept {
  size_t soname_offset = 0;
  for (; dynamic->d_tag != DT_NULL; ++dynamic) {
    const uintptr_t value = dynamic->d_un.d_val;
    switch (dynamic->d_tag) {
      case DT_JMPREL: plt_.first = reinterpret_cast<const ElfW(Rela)*>(absolute(value)); break;
      case DT_PLTRELSZ: plt_.count = value / sizeof(ElfW(Rela)); break;
      case DT_RELA: data_.first = reinterpret_cast<const ElfW(Rela)*>(absolute(value)); break;
      case DT_RELASZ: data_.count = value / sizeof(ElfW(Rela)); break;
      case DT_SYMTAB: symbols_ = reinterpret_cast<const ElfW(Sym)*>(absolute(value)); break;
      case DT_STRTAB: strings_ = reinterpret_cast<const char*>(absolute(value)); break;
      case DT_GNU_HASH: gnu_hash_ = reinterpret_cast<const uint32_t*>(absolute(value)); break;
      case DT_HASH: sysv_hash_ = reinterpret_cast<const uint32_t*>(absolute(value)); break;
      case DT_SONAME: soname_offset = value; break;
      default: break;
    }
  }
  if (strings_ != nullptr && soname_offset != 0) soname_ = strings_ + soname_offset;
}

// WHY: the loader turns these entries into addresses in place, except where the section is read-only.
uintptr_t ElfObject::absolute(uintptr_t value) const noexcept { return value < base_ ? base_ + value : value; }

const char* ElfObject::symbol_name(const ElfW(Rela) & relocation) const noexcept {
  return strings_ + symbols_[ELF64_R_SYM(relocation.r_info)].st_name;
}

bool ElfObject::is_definition(const ElfW(Sym) & symbol, const char* name) const noexcept {
  // An undefined symbol may carry a value too: the executable's canonical PLT entry, which defines nothing.
  return symbol.st_shndx != SHN_UNDEF && symbol.st_value != 0 && ELF64_ST_BIND(symbol.st_info) != STB_LOCAL &&
         std::strcmp(strings_ + symbol.st_name, name) == 0;
}

const ElfW(Sym) * ElfObject::find_definition(const char* name, const ElfW(Sym) * previous) const noexcept {
  if (!has_symbols()) return nullptr;
  if (gnu_hash_ != nullptr) return search_gnu_hash(name, previous);
  return sysv_hash_ != nullptr ? search_all(name, previous) : nullptr;
}

const ElfW(Sym) * ElfObject::search_gnu_hash(const char* name, const ElfW(Sym) * previous) const noexcept {
  const uint32_t bucket_count = gnu_hash_[0];
  const uint32_t first_hashed = gnu_hash_[1];
  const uint32_t filter_words = gnu_hash_[2];
  const uint32_t* buckets = gnu_hash_ + 4 + filter_words * (sizeof(ElfW(Addr)) / sizeof(uint32_t));
  const uint32_t* chain = buckets + bucket_count;
  if (bucket_count == 0) return nullptr;
  const uint32_t hash = gnu_hash_of(name);
  uint32_t index = buckets[hash % bucket_count];
  if (index < first_hashed) return nullptr;
  for (;; ++index) {
    const uint32_t entry = chain[index - first_hashed];
    const ElfW(Sym)* symbol = symbols_ + index;
    if ((entry | 1) == (hash | 1) && (previous == nullptr || symbol > previous) && is_definition(*symbol, name)) {
      return symbol;
    }
    if ((entry & 1) != 0) return nullptr; // the last of its bucket
  }
}

const ElfW(Sym) * ElfObject::search_all(const char* name, const ElfW(Sym) * previous) const noexcept {
  const ElfW(Sym)* end = symbols_ + sysv_hash_[1];
  for (const ElfW(Sym)* symbol = previous == nullptr ? symbols_ + 1 : previous + 1; symbol < end; ++symbol) {
    if (is_definition(*symbol, name)) return symbol;
  }
  return nullptr;
}

bool ElfObject::contains(const void* address) const noexcept { return protection_at(address) != -1; }

int ElfObject::protection_at(const void* address) const noexcept {
  const uintptr_t at = reinterpret_cast<uintptr_t>(address);
  if (at >= relro_begin_ && at < relro_end_) return PROT_READ;
  for (size_t i = 0; i < header_count_; ++i) {
    const uintptr_t begin = base_ + headers_[i].p_vaddr;
    if (headers_[i].p_type != PT_LOAD || at < begin || at >= begin + headers_[i].p_memsz) continue;
    const uint32_t flags = headers_[i].p_flags;
    return ((flags & PF_R) != 0 ? PROT_READ : 0) | ((flags & PF_W) != 0 ? PROT_WRITE : 0) |
           ((flags & PF_X) != 0 ? PROT_EXEC : 0);
  }
  return -1;
}

} // namespace benchmem::attached
