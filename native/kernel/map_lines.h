// /proc/self/maps, line by line, without an allocator. Knows nothing of whose memory it is.
#ifndef BENCHMEM_KERNEL_MAP_LINES_H_
#define BENCHMEM_KERNEL_MAP_LINES_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fcntl.h>

#include "kernel/range.h"
#include "kernel/raw_pages.h"

namespace benchmem {

struct MapLine {
  Range range;
  bool readable = false;
  bool writable = false;
  bool executable = false;
  bool anonymous = false; // private, of no file and without a name: no heap, no main thread's stack
};

namespace map_lines {

// Hexadecimal digits; `begin` moves behind them.
inline uintptr_t take_hex(const char** begin, const char* end) noexcept {
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

inline const char* behind_spaces(const char* at, const char* end) noexcept {
  while (at != end && *at == ' ') ++at;
  return at;
}

inline const char* behind_word(const char* at, const char* end) noexcept {
  while (at != end && *at != ' ') ++at;
  return at;
}

inline int open_for_reading(const char* path) noexcept {
  return static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC));
}

} // namespace map_lines

// False if the line is none. Pure.
// 7f12a0000000-7f12a4000000 rw-p 00000000 00:00 0     [name]
inline bool parse_map_line(const char* begin, const char* end, MapLine* out) noexcept {
  *out = {};
  const char* at = begin;
  out->range.begin = map_lines::take_hex(&at, end);
  if (at == begin || at == end || *at++ != '-') return false;
  out->range.end = map_lines::take_hex(&at, end);
  at = map_lines::behind_spaces(at, end);
  if (end - at < 4 || out->range.begin >= out->range.end) return false;
  out->readable = at[0] == 'r';
  out->writable = at[1] == 'w';
  out->executable = at[2] == 'x';
  const bool is_private = at[3] == 'p';
  at = map_lines::behind_spaces(map_lines::behind_word(at, end), end); // offset
  at = map_lines::behind_spaces(map_lines::behind_word(at, end), end); // device
  at = map_lines::behind_spaces(map_lines::behind_word(at, end), end); // inode
  const bool of_no_file = end - at >= 1 && *at == '0' && (at + 1 == end || at[1] == ' ');
  const char* const name = map_lines::behind_spaces(map_lines::behind_word(at, end), end);
  // A name that a program gave with prctl changes nothing.
  const bool unnamed = name == end || (end - name >= 6 && std::memcmp(name, "[anon:", 6) == 0);
  out->anonymous = is_private && of_no_file && unnamed;
  return true;
}

// Calls visit(line, context) for each, in ascending order; false if the kernel shows none.
inline bool for_each_map_line(void (*visit)(const MapLine& line, void* context), void* context) noexcept {
  ErrnoGuard guard;
  constexpr size_t kBytes = 64 * 1024;
  auto* text = static_cast<char*>(map_pages(kBytes));
  if (text == nullptr) return false;
  const int file = map_lines::open_for_reading("/proc/self/maps");
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

} // namespace benchmem

#endif // BENCHMEM_KERNEL_MAP_LINES_H_
