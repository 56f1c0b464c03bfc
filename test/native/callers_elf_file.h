// An ELF file's unwind table and code, as the readers of callers/ take them: at the addresses that the file has. Holds no test.
#ifndef BENCHMEM_TEST_CALLERS_ELF_FILE_H_
#define BENCHMEM_TEST_CALLERS_ELF_FILE_H_

#include <dlfcn.h>
#include <elf.h>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "callers/code_rule.h"
#include "callers/frame_rule.h"

namespace callers_test {

struct ElfFile {
  std::string path;
  std::vector<uint8_t> bytes;
  benchmem::callers::UnwindImage unwind; // empty: no file, or none in it
  benchmem::callers::CodeImage code;

  explicit ElfFile(std::string file_path) : path(std::move(file_path)) {
    std::ifstream stream(path, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(stream), {});
    if (bytes.size() < sizeof(Elf64_Ehdr)) return;
    const auto* header = reinterpret_cast<const Elf64_Ehdr*>(bytes.data());
    const auto* segments = reinterpret_cast<const Elf64_Phdr*>(bytes.data() + header->e_phoff);
    for (int i = 0; i != header->e_phnum; ++i) {
      if (segments[i].p_type == PT_GNU_EH_FRAME) unwind.header_address = segments[i].p_vaddr;
    }
    for (int i = 0; i != header->e_phnum; ++i) {
      if (segments[i].p_type == PT_LOAD) take(segments[i]);
    }
  }
  ElfFile(const ElfFile&) = delete;
  ElfFile& operator=(const ElfFile&) = delete;

  // Where each function with an unwind entry begins, ascending. Of a table in the form that linkers write.
  std::vector<uint64_t> functions() const {
    std::vector<uint64_t> starts;
    const uint8_t* const header = unwind.bytes + (unwind.header_address - unwind.address);
    uint32_t count;
    memcpy(&count, header + 8, sizeof count);
    for (uint32_t i = 0; i != count; ++i) {
      int32_t distance;
      memcpy(&distance, header + 12 + 8 * size_t{i}, sizeof distance);
      starts.push_back(unwind.header_address + static_cast<uint64_t>(int64_t{distance}));
    }
    return starts;
  }

 private:
  void take(const Elf64_Phdr& segment) {
    if (unwind.header_address - segment.p_vaddr < segment.p_filesz) {
      unwind.bytes = bytes.data() + segment.p_offset;
      unwind.size = segment.p_filesz;
      unwind.address = segment.p_vaddr;
    }
    if ((segment.p_flags & PF_X) != 0) code = {bytes.data() + segment.p_offset, segment.p_filesz, segment.p_vaddr};
  }
};

inline std::string file_of(const void* address_inside) {
  Dl_info info{};
  return dladdr(address_inside, &info) == 0 ? std::string() : info.dli_fname;
}

} // namespace callers_test

#endif // BENCHMEM_TEST_CALLERS_ELF_FILE_H_
