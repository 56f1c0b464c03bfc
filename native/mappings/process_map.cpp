#include "mappings/process_map.h"

#include <cstring>
#include <fcntl.h>

#include "kernel/raw_pages.h"

namespace benchmem::mappings {

namespace {

// Hexadecimal digits; `begin` moves behind them.
uintptr_t take_hex(const char** begin, const char* end) noexcept {
  uintptr_t value = 0;
  for (; *begin != end; ++*begin) {
    const char c = **begin;
    if (c >= '0' && c <= '9') {
      value = value * 16 + static_cast<uintptr_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      value = value * 16 + static_cast<uintptr_t>(c - 'a' + 10);
    } else {
      break;
    }
  }
  return value;
}

const char* behind_spaces(const char* at, const char* end) noexcept {
  while (at != end && *at == ' ') ++at;
  return at;
}

const char* behind_word(const char* at, const char* end) noexcept {
  while (at != end && *at != ' ') ++at;
  return at;
}

int open_of_self(const char* path) noexcept {
  return static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC));
}

} // namespace

// 7f12a0000000-7f12a4000000 rw-p 00000000 00:00 0     [name]
bool parse_map_line(const char* begin, const char* end, MapLine* out) noexcept {
  *out = {};
  const char* at = begin;
  out->range.begin = take_hex(&at, end);
  if (at == begin || at == end || *at++ != '-') return false;
  out->range.end = take_hex(&at, end);
  at = behind_spaces(at, end);
  if (end - at < 4 || out->range.begin >= out->range.end) return false;
  out->readable = at[0] == 'r';
  out->writable = at[1] == 'w';
  out->executable = at[2] == 'x';
  const bool is_private = at[3] == 'p';
  at = behind_spaces(behind_word(at, end), end); // offset
  at = behind_spaces(behind_word(at, end), end); // device
  at = behind_spaces(behind_word(at, end), end); // inode
  const bool of_no_file = end - at >= 1 && *at == '0' && (at + 1 == end || at[1] == ' ');
  const char* const name = behind_spaces(behind_word(at, end), end);
  // A name that a program gave with prctl changes nothing.
  const bool unnamed = name == end || (end - name >= 6 && std::memcmp(name, "[anon:", 6) == 0);
  out->anonymous = is_private && of_no_file && unnamed;
  return true;
}

bool for_each_map_line(void (*visit)(const MapLine& line, void* context), void* context) noexcept {
  ErrnoGuard guard;
  constexpr size_t kBytes = 64 * 1024;
  auto* text = static_cast<char*>(map_pages(kBytes));
  if (text == nullptr) return false;
  const int file = open_of_self("/proc/self/maps");
  size_t held = 0;
  bool any = false;
  while (file >= 0) {
    const long got = syscall(SYS_read, file, text + held, kBytes - held);
    if (got <= 0) break;
    held += static_cast<size_t>(got);
    const char* line = text;
    const char* const end = text + held;
    for (;;) {
      const auto* newline = static_cast<const char*>(std::memchr(line, '\n', static_cast<size_t>(end - line)));
      if (newline == nullptr) break;
      MapLine parsed;
      if (parse_map_line(line, newline, &parsed)) {
        visit(parsed, context);
        any = true;
      }
      line = newline + 1;
    }
    held = static_cast<size_t>(end - line);
    std::memmove(text, line, held);
  }
  if (file >= 0) syscall(SYS_close, file);
  unmap_pages(text, kBytes);
  return any;
}

ProcessMemory::ProcessMemory() noexcept : file_(open_of_self("/proc/self/mem")) {}

ProcessMemory::~ProcessMemory() {
  if (file_ >= 0) syscall(SYS_close, file_);
}

bool ProcessMemory::read(uintptr_t address, void* out, size_t bytes) const noexcept {
  ErrnoGuard guard;
  if (file_ < 0) return false;
  return syscall(SYS_pread64, file_, out, bytes, static_cast<off_t>(address)) == static_cast<long>(bytes);
}

} // namespace benchmem::mappings
