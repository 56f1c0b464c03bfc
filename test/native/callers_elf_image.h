// Builds small ELF files in memory for the tests of the symbol reader. Holds no test.
#ifndef BENCHMEM_TEST_CALLERS_ELF_IMAGE_H_
#define BENCHMEM_TEST_CALLERS_ELF_IMAGE_H_

#include <cstdint>
#include <cstring>
#include <elf.h>
#include <string>
#include <vector>

namespace callers_test {

struct NamedSymbol {
  std::string name;
  uint64_t address;
  unsigned char type = STT_FUNC;
  uint16_t section = 1;
  uint64_t size = 0;
};

struct ElfImage {
  static constexpr uint64_t kCodeBegin = 0x400000;
  static constexpr uint64_t kCodeBytes = 0x100000;
  static constexpr uint64_t kSegments = 2, kSections = 4;

  std::vector<uint8_t> bytes;
  size_t headers_end = 0; // ELF header, program headers, section headers lie before it

  explicit ElfImage(const std::vector<NamedSymbol>& symbols) {
    std::string names(1, '\0');
    std::vector<Elf64_Sym> table(1);
    for (const NamedSymbol& symbol : symbols) {
      Elf64_Sym entry{};
      entry.st_name = static_cast<uint32_t>(names.size());
      entry.st_info = ELF64_ST_INFO(STB_GLOBAL, symbol.type);
      entry.st_shndx = symbol.section;
      entry.st_value = symbol.address;
      entry.st_size = symbol.size;
      table.push_back(entry);
      names += symbol.name + '\0';
    }
    append(header());
    append(segment(PF_R, 0x1000, 0x3000));
    append(segment(PF_R | PF_X, kCodeBegin, kCodeBytes));
    const uint64_t symbols_at = sizeof(Elf64_Ehdr) + kSegments * sizeof(Elf64_Phdr) + kSections * sizeof(Elf64_Shdr);
    const uint64_t symbols_bytes = table.size() * sizeof(Elf64_Sym);
    append(Elf64_Shdr{});
    append(section(SHT_PROGBITS, 0, 0, 0, 0));
    append(section(SHT_SYMTAB, symbols_at, symbols_bytes, 3, sizeof(Elf64_Sym)));
    append(section(SHT_STRTAB, symbols_at + symbols_bytes, names.size(), 0, 0));
    headers_end = bytes.size();
    for (const Elf64_Sym& entry : table) append(entry);
    bytes.insert(bytes.end(), names.begin(), names.end());
  }

  template <class T>
  T& at(size_t offset) {
    return *reinterpret_cast<T*>(bytes.data() + offset);
  }
  Elf64_Ehdr& elf_header() { return at<Elf64_Ehdr>(0); }
  Elf64_Shdr& section_header(size_t index) { return at<Elf64_Shdr>(elf_header().e_shoff + index * sizeof(Elf64_Shdr)); }
  Elf64_Phdr& program_header(size_t index) { return at<Elf64_Phdr>(elf_header().e_phoff + index * sizeof(Elf64_Phdr)); }

 private:
  template <class T>
  void append(const T& value) {
    const uint8_t* const raw = reinterpret_cast<const uint8_t*>(&value);
    bytes.insert(bytes.end(), raw, raw + sizeof value);
  }
  static Elf64_Ehdr header() {
    Elf64_Ehdr header{};
    memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_phoff = sizeof header;
    header.e_phentsize = sizeof(Elf64_Phdr);
    header.e_phnum = kSegments;
    header.e_shoff = sizeof header + kSegments * sizeof(Elf64_Phdr);
    header.e_shentsize = sizeof(Elf64_Shdr);
    header.e_shnum = kSections;
    return header;
  }
  static Elf64_Phdr segment(uint32_t flags, uint64_t address, uint64_t size) {
    Elf64_Phdr segment{};
    segment.p_type = PT_LOAD;
    segment.p_flags = flags;
    segment.p_vaddr = address;
    segment.p_memsz = size;
    return segment;
  }
  static Elf64_Shdr section(uint32_t type, uint64_t offset, uint64_t size, uint32_t link, uint64_t entry_bytes) {
    Elf64_Shdr section{};
    section.sh_type = type;
    section.sh_offset = offset;
    section.sh_size = size;
    section.sh_link = link;
    section.sh_entsize = entry_bytes;
    return section;
  }
};

} // namespace callers_test

#endif // BENCHMEM_TEST_CALLERS_ELF_IMAGE_H_
