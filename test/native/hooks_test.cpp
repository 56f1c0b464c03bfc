// The hooks over a back end that records what it was asked for and fails on demand: nothing is interposed here.
#include <doctest/doctest.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <malloc.h>

#include "interposer/hooks.h"
#include "tracker/tracker.h"

using namespace benchmem;

namespace {

struct Asked {
  size_t bytes = 0;
  size_t alignment = 0;
  bool fail = false;
  size_t freed_plain = SIZE_MAX; // the size that came with it
  bool zero_frees = true;
  bool hands_out_again = false; // the freed block is the next one, as in every allocator but a sanitizer's
  void* freed = nullptr;
} asked;

void* answer(void* block) {
  if (!asked.fail) return block;
  std::free(block);
  errno = ENOMEM;
  return nullptr;
}

struct ScriptedBackend {
  static constexpr const char* kName = "scripted";
  static constexpr bool kHasFastPath = false;
  static void* malloc(size_t bytes) noexcept {
    asked.bytes = bytes;
    void* again = asked.freed;
    asked.freed = nullptr;
    return again != nullptr ? again : answer(std::malloc(bytes));
  }
  static void* calloc(size_t count, size_t size) noexcept {
    if (__builtin_mul_overflow(count, size, &asked.bytes)) return nullptr; // WHY: the sanitizers' calloc aborts
    return answer(std::calloc(1, asked.bytes));
  }
  static void* realloc(void* block, size_t bytes) noexcept {
    asked.bytes = bytes;
    if (asked.fail) return nullptr;
    return std::realloc(block, bytes);
  }
  static void free(void* block) noexcept {
    if (asked.hands_out_again && asked.freed == nullptr) {
      asked.freed = block;
    } else {
      std::free(block);
    }
  }
  static void free_plain(void* block, size_t bytes) noexcept {
    asked.freed_plain = bytes;
    free(block);
  }
  static void* memalign(size_t alignment, size_t bytes) noexcept {
    asked.alignment = alignment;
    return answer(::memalign(alignment, asked.bytes = bytes));
  }
  static void* aligned_alloc(size_t alignment, size_t bytes) noexcept { return memalign(alignment, bytes); }
  static int posix_memalign(void** out, size_t alignment, size_t bytes) noexcept {
    asked.alignment = alignment;
    // WHY: it answers by itself, because that of the sanitizers aborts.
    if (alignment < sizeof(void*) || (alignment & (alignment - 1)) != 0) return EINVAL;
    return ::posix_memalign(out, alignment, asked.bytes = bytes);
  }
  static void* valloc(size_t bytes) noexcept { return memalign(4096, bytes); }
  static void* pvalloc(size_t bytes) noexcept { return memalign(4096, (bytes + 4095) & ~size_t{4095}); }
  static size_t usable_size(void* block) noexcept { return malloc_usable_size(block); }
  static bool realloc_to_zero_frees() noexcept { return asked.zero_frees; }
};
using TestHooks = Hooks<ScriptedBackend>;

const CallSite kSite{nullptr, nullptr};

class OpenWindow {
 public:
  OpenWindow() {
    asked = Asked{};
    const benchmem_window_options options{BENCHMEM_ALL_THREADS, 0};
    REQUIRE(tracker::window_open(&options, &token_) == BENCHMEM_OK);
  }
  ~OpenWindow() { tracker::window_close(token_, nullptr); }
  benchmem_source_totals program() const {
    benchmem_reading reading;
    REQUIRE(tracker::window_read(token_, &reading) == BENCHMEM_OK);
    return reading.source[BENCHMEM_PROGRAM];
  }

 private:
  uint64_t token_ = 0;
};

} // namespace

TEST_CASE("with no window the back end gets exactly what was asked") {
  asked = Asked{};
  void* block = TestHooks::malloc(3, kSite);
  CHECK(asked.bytes == 3);
  TestHooks::free(block, kSite);
}

TEST_CASE("inside a window a block is at least a granule, and counts as what was asked") {
  OpenWindow window;
  void* blocks[] = {TestHooks::malloc(0, kSite), TestHooks::malloc(1, kSite), TestHooks::calloc(3, 5, kSite),
                    TestHooks::memalign(8, 4, kSite), TestHooks::realloc(nullptr, 6, kSite)};
  for (void* block : blocks) CHECK(reinterpret_cast<uintptr_t>(block) % 16 == 0);
  CHECK(asked.bytes >= 16);
  CHECK(window.program().allocations == 5);
  CHECK(window.program().total_bytes == 0 + 1 + 15 + 4 + 6);
  for (void* block : blocks) TestHooks::free(block, kSite);
  CHECK(window.program().live_bytes == 0);
}

TEST_CASE("the back end is told the size of a plain block again, and of no aligned one") {
  OpenWindow window;
  TestHooks::free(TestHooks::malloc(100, kSite), kSite); // the first event of a window takes the slow path
  void* plain[] = {TestHooks::malloc(48, kSite), TestHooks::calloc(6, 8, kSite), TestHooks::realloc(nullptr, 48, kSite),
                   TestHooks::realloc(TestHooks::malloc(4000, kSite), 48, kSite),
                   TestHooks::realloc(TestHooks::memalign(256, 300, kSite), 48, kSite)};
  // A row of the shadow map, where nobody looks who frees a block fast, is used up by coming and going.
  asked.hands_out_again = true;
  for (int i = 0; i < 100; ++i) {
    for (void*& block : plain) {
      TestHooks::free(block, kSite);
      block = TestHooks::malloc(48, kSite);
    }
  }
  asked.hands_out_again = false;
  for (void* block : plain) {
    asked.freed_plain = SIZE_MAX;
    TestHooks::free(block, kSite);
    CHECK(asked.freed_plain == 48);
  }
  void* aligned = nullptr;
  REQUIRE(TestHooks::posix_memalign(&aligned, 64, 100, kSite) == 0);
  void* special[] = {aligned, TestHooks::memalign(64, 100, kSite), TestHooks::aligned_alloc(64, 128, kSite),
                     TestHooks::valloc(100, kSite), TestHooks::pvalloc(100, kSite)};
  for (void* block : special) {
    asked.freed_plain = SIZE_MAX;
    TestHooks::free(block, kSite);
    CHECK(asked.freed_plain == SIZE_MAX);
  }
  CHECK(window.program().live_bytes == 0);
}

TEST_CASE("a failed allocation counts nothing and keeps errno") {
  OpenWindow window;
  asked.fail = true;
  errno = 0;
  CHECK(TestHooks::malloc(100, kSite) == nullptr);
  CHECK(errno == ENOMEM);
  CHECK(TestHooks::calloc(SIZE_MAX / 2, 3, kSite) == nullptr);
  CHECK(TestHooks::reallocarray(nullptr, SIZE_MAX / 2, 3, kSite) == nullptr);
  CHECK(window.program().allocations == 0);
}

TEST_CASE("a failed realloc leaves the block as it was") {
  OpenWindow window;
  void* block = TestHooks::malloc(100, kSite);
  asked.fail = true;
  CHECK(TestHooks::realloc(block, 1 << 20, kSite) == nullptr);
  CHECK(window.program().allocations == 1);
  CHECK(window.program().live_bytes == 100);
  asked.fail = false;
  TestHooks::free(block, kSite);
  CHECK(window.program().live_bytes == 0);
}

TEST_CASE("realloc to zero is what the allocator underneath does") {
  OpenWindow window;
  void* block = TestHooks::malloc(100, kSite);
  CHECK(TestHooks::realloc(block, 0, kSite) == nullptr);
  CHECK(window.program().allocations == 1);
  CHECK(window.program().live_bytes == 0);
  asked.zero_frees = false;
  block = TestHooks::malloc(100, kSite);
  block = TestHooks::realloc(block, 0, kSite);
  REQUIRE(block != nullptr);
  CHECK(window.program().allocations == 3);
  CHECK(window.program().live_bytes == 0);
  TestHooks::free(block, kSite);
}

TEST_CASE("errno survives every counted call") {
  OpenWindow window;
  errno = 4711;
  void* block = TestHooks::malloc(64, kSite);
  block = TestHooks::realloc(block, 5000, kSite);
  TestHooks::free(block, kSite);
  CHECK(errno == 4711);
}

TEST_CASE("a block from before the window is an older one in free and in realloc") {
  asked = Asked{};
  void* freed = TestHooks::malloc(40, kSite);
  void* grown = TestHooks::malloc(40, kSite);
  std::memset(grown, 0x5a, 40);
  const size_t usable = malloc_usable_size(freed) + malloc_usable_size(grown);
  OpenWindow window;
  TestHooks::free(freed, kSite);
  auto* bytes = static_cast<unsigned char*>(TestHooks::realloc(grown, 64, kSite));
  CHECK(bytes[39] == 0x5a);
  CHECK(window.program().older_freed_blocks == 2);
  CHECK(window.program().older_freed_bytes == usable);
  CHECK(window.program().total_bytes == 64);
  TestHooks::free(bytes, kSite);
}

TEST_CASE("posix_memalign keeps the caller's errors") {
  OpenWindow window;
  void* block = nullptr;
  CHECK(TestHooks::posix_memalign(&block, 3, 10, kSite) == EINVAL);
  CHECK(TestHooks::posix_memalign(&block, 4, 10, kSite) == EINVAL);
  CHECK(window.program().allocations == 0);
  REQUIRE(TestHooks::posix_memalign(&block, 8, 10, kSite) == 0);
  CHECK(window.program().total_bytes == 10);
  TestHooks::free(block, kSite);
}
