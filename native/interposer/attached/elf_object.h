// One loaded ELF object, read from its own memory: segments, relocations, symbols.
// Reads only; the caller sees to it that the object stays mapped meanwhile.
#ifndef BENCHMEM_INTERPOSER_ATTACHED_ELF_OBJECT_H_
#define BENCHMEM_INTERPOSER_ATTACHED_ELF_OBJECT_H_

#include <elf.h>
#include <link.h>

#include <cstddef>
#include <cstdint>

namespace benchmem::attached {

class ElfObject {
 public:
  struct Relocations {
    const ElfW(Rela) * first = nullptr;
    size_t count = 0;
  };

  ElfObject(uintptr_t base, const ElfW(Phdr) * headers, size_t header_count) noexcept;

  // False for an object without dynamic symbols: a static executable.
  bool has_symbols() const noexcept { return symbols_ != nullptr && strings_ != nullptr; }
  uintptr_t base() const noexcept { return base_; }
  const char* soname() const noexcept { return soname_; } // "" where it has none

  const Relocations& data_relocations() const noexcept { return data_; }
  const Relocations& plt_relocations() const noexcept { return plt_; }
  const char* symbol_name(const ElfW(Rela) & relocation) const noexcept;
  void** slot(const ElfW(Rela) & relocation) const noexcept {
    return reinterpret_cast<void**>(base_ + relocation.r_offset);
  }

  // The next definition of `name` after `previous` (nullptr: the first). One name may have several, by version.
  const ElfW(Sym) * find_definition(const char* name, const ElfW(Sym) * previous = nullptr) const noexcept;
  void* address_of(const ElfW(Sym) & symbol) const noexcept { return reinterpret_cast<void*>(base_ + symbol.st_value); }

  bool contains(const void* address) const noexcept;
  // PROT_ bits of the page that holds `address` once relocation is over; -1 outside the object.
  int protection_at(const void* address) const noexcept;

  size_t segment_count() const noexcept { return header_count_; }
  const ElfW(Phdr) & segment(size_t index) const noexcept { return headers_[index]; }

 private:
  void read_dynamic(const ElfW(Dyn) * dynamic) noexcept;
  uintptr_t absolute(uintptr_t value) const noexcept;
  const ElfW(Sym) * search_gnu_hash(const char* name, const ElfW(Sym) * previous) const noexcept;
  const ElfW(Sym) * search_all(const char* name, const ElfW(Sym) * previous) const noexcept;
  bool is_definition(const ElfW(Sym) & symbol, const char* name) const noexcept;

  uintptr_t base_;
  const ElfW(Phdr) * headers_;
  size_t header_count_;
  Relocations data_;
  Relocations plt_;
  const ElfW(Sym) * symbols_ = nullptr;
  const char* strings_ = nullptr;
  const uint32_t* gnu_hash_ = nullptr;
  const uint32_t* sysv_hash_ = nullptr;
  const char* soname_ = "";
  uintptr_t relro_begin_ = 0;
  uintptr_t relro_end_ = 0;
};

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_ELF_OBJECT_H_
