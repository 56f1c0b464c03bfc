#include "interposer/attached/self_test.h"

#include <dlfcn.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "interposer/attached/hook_entries.h"
#include "interposer/attached/hooked_symbols.h"
#include "kernel/address_bits.h"
#include "tracker/shadow_map.h"
#include "tracker/tracker.h"

namespace benchmem::attached {
namespace {

struct Count {
  uint64_t allocations = 0;
  uint64_t bytes = 0;
  int64_t live = 0;
};

bool read_count(uint64_t token, Count* out) noexcept {
  benchmem_reading reading;
  if (tracker::window_read(token, &reading) != BENCHMEM_OK) return false;
  *out = Count{};
  for (const benchmem_source_totals& source : reading.source) {
    out->allocations += source.allocations;
    out->bytes += source.total_bytes;
    out->live += source.live_bytes;
  }
  return true;
}

bool rose_by(const Count& before, const Count& now, uint64_t allocations, uint64_t bytes, int64_t live) noexcept {
  return now.allocations - before.allocations == allocations && now.bytes - before.bytes == bytes &&
         now.live - before.live == live;
}

// 3000 bytes with the NUL: a size that is not otherwise asked for.
constexpr size_t kProbeBytes = 3000;
struct ProbeText {
  char text[kProbeBytes];
  ProbeText() noexcept {
    std::memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
  }
};

// The C library's strdup calls malloc through the C library's own slot.
bool counts_c_library(uint64_t token) noexcept {
  using Strdup = char* (*)(const char*);
  Strdup copy_text = reinterpret_cast<Strdup>(definition_of("strdup"));
  if (copy_text == nullptr) copy_text = &::strdup;
  const ProbeText probe;
  Count before, held, after;
  if (!read_count(token, &before)) return false;
  char* copy = copy_text(probe.text);
  if (copy == nullptr || !read_count(token, &held)) return false;
  hooked_free(copy);
  return read_count(token, &after) && rose_by(before, held, 1, kProbeBytes, kProbeBytes) &&
         rose_by(before, after, 1, kProbeBytes, 0);
}

// libuv copies the path of a mkdtemp, through the pointers to malloc and free in its data. The directory cannot be
// made: its parent does not exist. Where no libuv is in sight there is nothing to test.
bool counts_libuv(uint64_t token) noexcept {
  using Mkdtemp = int (*)(void* loop, void* request, const char* path, void* callback);
  using Cleanup = void (*)(void* request);
  const auto mkdtemp = reinterpret_cast<Mkdtemp>(::dlsym(RTLD_DEFAULT, "uv_fs_mkdtemp"));
  const auto cleanup = reinterpret_cast<Cleanup>(::dlsym(RTLD_DEFAULT, "uv_fs_req_cleanup"));
  if (mkdtemp == nullptr || cleanup == nullptr) return true;
  static const char kPath[] = "/proc/self/benchmem-self-test/XXXXXX";
  alignas(16) char request[4096] = {}; // a uv_fs_t, with room to spare for other versions
  Count before, held, after;
  if (!read_count(token, &before)) return false;
  mkdtemp(nullptr, request, kPath, nullptr);
  if (!read_count(token, &held)) return false;
  cleanup(request);
  return read_count(token, &after) && rose_by(before, held, 1, sizeof(kPath), sizeof(kPath)) &&
         rose_by(before, after, 1, sizeof(kPath), 0);
}

} // namespace

// The tracker keeps one entry for each 16 bytes of address space. WHY: tags are refused, because an allocator may keep
// one in an address if the processor ignores its top byte (arm64), and the tracker would find no entry.
const char* check_blocks() noexcept {
  constexpr size_t kSizes = 128;
  void* blocks[kSizes];
  bool aligned = true, tagged = false;
  for (size_t i = 0; i < kSizes; ++i) {
    blocks[i] = ::malloc(ShadowMap::kGranule + i * 8);
    __asm__ volatile("" : "+r"(blocks[i])); // WHY: the compiler takes malloc's alignment for granted
    aligned = aligned && reinterpret_cast<uintptr_t>(blocks[i]) % ShadowMap::kGranule == 0;
    tagged = tagged || reinterpret_cast<uintptr_t>(blocks[i]) >> kUserAddressBits != 0;
  }
  for (void* block : blocks) ::free(block);
  if (tagged) return "the allocator keeps tags in the addresses of its blocks";
  return aligned ? nullptr : "the allocator's blocks of 16 bytes and more are not 16-byte aligned";
}

const char* check_counting(uint64_t token) noexcept {
  if (!counts_c_library(token)) return "self-test: an allocation by the C library was not counted";
  if (!counts_libuv(token)) return "self-test: an allocation by libuv was not counted";
  return nullptr;
}

} // namespace benchmem::attached
