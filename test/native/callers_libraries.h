// Real system libraries to open and close. Holds no test.
#ifndef BENCHMEM_TEST_CALLERS_LIBRARIES_H_
#define BENCHMEM_TEST_CALLERS_LIBRARIES_H_

#include <cstdint>
#include <dlfcn.h>
#include <link.h>
#include <string>
#include <vector>

namespace callers_test {

class Library {
 public:
  explicit Library(const std::string& name) : handle_(dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) return;
    link_map* map = nullptr;
    dlinfo(handle_, RTLD_DI_LINKMAP, &map);
    path_ = map->l_name;
    load_address_ = map->l_addr;
    dl_iterate_phdr(find_code, this);
  }
  ~Library() { close(); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  bool opened() const { return handle_ != nullptr; }
  const std::string& path() const { return path_; }
  const void* code_address() const { return reinterpret_cast<const void*>(code_begin_ + 1); }
  // Spread over its code.
  std::vector<const void*> code_addresses() const {
    std::vector<const void*> addresses;
    for (uintptr_t at = code_begin_ + 1; at <= code_end_; at += 0x400)
      addresses.push_back(reinterpret_cast<const void*>(at));
    return addresses;
  }
  void close() {
    if (handle_ != nullptr) dlclose(handle_);
    handle_ = nullptr;
  }

 private:
  static int find_code(dl_phdr_info* info, size_t, void* context) {
    Library& library = *static_cast<Library*>(context);
    if (info->dlpi_addr != library.load_address_ || library.path_ != info->dlpi_name) return 0;
    for (int i = 0; i != info->dlpi_phnum; ++i) {
      const ElfW(Phdr)& segment = info->dlpi_phdr[i];
      if (segment.p_type != PT_LOAD || (segment.p_flags & PF_X) == 0) continue;
      library.code_begin_ = info->dlpi_addr + segment.p_vaddr;
      library.code_end_ = library.code_begin_ + segment.p_memsz;
    }
    return 1;
  }

  void* handle_;
  std::string path_;
  uintptr_t load_address_ = 0, code_begin_ = 0, code_end_ = 0;
};

// Those that exist here and are really unloaded by dlclose.
inline std::vector<std::string> loadable_libraries() {
  std::vector<std::string> names;
  for (const char* name : {"libresolv.so.2", "libBrokenLocale.so.1", "libthread_db.so.1", "libnss_compat.so.2",
                           "libnss_hesiod.so.2", "libanl.so.1", "libutil.so.1"}) {
    Library library(name);
    if (!library.opened()) continue;
    library.close();
    if (void* const still = dlopen(name, RTLD_NOW | RTLD_NOLOAD))
      dlclose(still);
    else
      names.push_back(name);
  }
  return names;
}

} // namespace callers_test

#endif // BENCHMEM_TEST_CALLERS_LIBRARIES_H_
