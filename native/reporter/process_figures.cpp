// /proc/self/status by plain reads into a buffer of its own; mallinfo2 by dlsym, because glibc 2.28 has none.
#include "reporter/process_figures.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace benchmem::reporter {
namespace {

// The value of a line `Name:   1234 kB`, in bytes; -1 where there is none.
int64_t kilobytes_of(const char* text, const char* name) noexcept {
  const char* line = std::strstr(text, name);
  if (line == nullptr) return -1;
  line += std::strlen(name);
  while (*line == ' ' || *line == '\t') ++line;
  if (*line < '0' || *line > '9') return -1;
  int64_t value = 0;
  for (; *line >= '0' && *line <= '9'; ++line) value = value * 10 + (*line - '0');
  return value * 1024;
}

// glibc's struct mallinfo2: every member a size_t, in this order.
struct MallInfo2 {
  size_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};

} // namespace

ResidentFigures read_resident() noexcept {
  ResidentFigures out;
  const int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    out.error = errno;
    return out;
  }
  char text[8192];
  size_t length = 0;
  for (ssize_t got; length < sizeof(text) - 1; length += static_cast<size_t>(got)) {
    got = read(file, text + length, sizeof(text) - 1 - length);
    if (got < 0) out.error = errno;
    if (got <= 0) break;
  }
  close(file);
  text[length] = '\0';
  out.total_bytes = kilobytes_of(text, "\nVmRSS:");
  out.anonymous_bytes = kilobytes_of(text, "\nRssAnon:");
  out.file_bytes = kilobytes_of(text, "\nRssFile:");
  out.shared_bytes = kilobytes_of(text, "\nRssShmem:");
  out.peak_bytes = kilobytes_of(text, "\nVmHWM:");
  return out;
}

int residency_error() noexcept {
  unsigned char resident = 0;
  const auto here = reinterpret_cast<uintptr_t>(&resident) & ~uintptr_t{4095};
  return syscall(SYS_mincore, here, size_t{1}, &resident) == 0 ? 0 : errno;
}

HeldFigures read_glibc() noexcept {
  static const auto mallinfo2 = reinterpret_cast<MallInfo2 (*)()>(dlsym(RTLD_DEFAULT, "mallinfo2"));
  HeldFigures out;
  if (mallinfo2 == nullptr) return out;
  const MallInfo2 info = mallinfo2();
  out.held_bytes = static_cast<int64_t>(info.arena + info.hblkhd);
  out.free_bytes = static_cast<int64_t>(info.fordblks);
  out.used_bytes = static_cast<int64_t>(info.uordblks + info.hblkhd);
  return out;
}

} // namespace benchmem::reporter
