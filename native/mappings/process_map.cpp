#include "mappings/process_map.h"

#include "kernel/raw_pages.h"

namespace benchmem::mappings {

ProcessMemory::ProcessMemory() noexcept : file_(map_lines::open_for_reading("/proc/self/mem")) {}

ProcessMemory::~ProcessMemory() {
  if (file_ >= 0) syscall(SYS_close, file_);
}

bool ProcessMemory::read(uintptr_t address, void* out, size_t bytes) const noexcept {
  ErrnoGuard guard;
  if (file_ < 0) return false;
  return syscall(SYS_pread64, file_, out, bytes, static_cast<off_t>(address)) == static_cast<long>(bytes);
}

} // namespace benchmem::mappings
