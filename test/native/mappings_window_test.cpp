// What a window says of buffers' committed pages: above its opening while it measures, and below it too while it drains.
#include <doctest/doctest.h>

#include "mappings/mappings.h"
#include "mappings/table_state.h"
#include "tracker/tracker.h"

using namespace benchmem;
using namespace benchmem::mappings;

namespace {

constexpr uint64_t kMebibyte = 1 << 20;
constexpr uintptr_t kBuffers = uintptr_t{0x6900} << 32; // nothing is mapped there: only the table is asked

Range buffers(uint64_t mebibytes) { return {kBuffers, kBuffers + mebibytes * kMebibyte}; }

void commit(uint64_t mebibytes) {
  const Change change;
  state.table.protect(buffers(64), false);
  state.table.protect(buffers(mebibytes), true);
}

struct BufferWindow {
  uint64_t token = 0;
  BufferWindow() {
    {
      const Hold hold;
      state.table.map(buffers(64), {RegionKind::kBackingStore, kEngineObject, false, nullptr});
    }
    commit(10);
    const benchmem_window_options options{BENCHMEM_ALL_THREADS, 0};
    REQUIRE(open_window(&options, &token) == BENCHMEM_OK);
  }
  ~BufferWindow() {
    CHECK(tracker::window_close(token, nullptr) == BENCHMEM_OK);
    const Hold hold;
    state.table.unmap(buffers(64));
  }
  benchmem_reading read() const {
    benchmem_reading reading{};
    CHECK(read_window(token, &reading) == BENCHMEM_OK);
    return reading;
  }
  int64_t now() const { return read().part_bytes[BENCHMEM_PART_MAPPED_OTHER]; }
};

} // namespace

TEST_CASE("while a window measures, buffers count above its opening, never below") {
  BufferWindow window;
  CHECK(window.now() == 0);
  commit(30);
  CHECK(window.now() == int64_t{20 * kMebibyte});
  commit(4);
  CHECK(window.now() == 0);
  const benchmem_reading last = window.read();
  CHECK(last.part_peak_bytes[BENCHMEM_PART_MAPPED_OTHER] == int64_t{20 * kMebibyte});
  CHECK(last.sum_peak_bytes >= int64_t{20 * kMebibyte});
}

TEST_CASE("while it drains, what is committed now counts, also below the opening, and the marks stand") {
  BufferWindow window;
  commit(30);
  REQUIRE(tracker::window_drain(window.token) == BENCHMEM_OK);
  CHECK(window.now() == int64_t{20 * kMebibyte});
  commit(25);
  CHECK(window.now() == int64_t{15 * kMebibyte});
  commit(4);
  CHECK(window.now() == -int64_t{6 * kMebibyte});
  CHECK(window.read().part_peak_bytes[BENCHMEM_PART_MAPPED_OTHER] == int64_t{20 * kMebibyte});
}

TEST_CASE("a window that assumes takes what is committed for resident; one that asks is told that nothing is mapped") {
  {
    const Hold hold;
    state.table.map(buffers(64), {RegionKind::kBackingStore, kEngineObject, false, nullptr});
    state.table.protect(buffers(10), true);
  }
  for (uint32_t assumes = 0; assumes != 2; ++assumes) {
    uint64_t token = 0;
    const benchmem_window_options options{BENCHMEM_ALL_THREADS, assumes};
    REQUIRE(open_window(&options, &token) == BENCHMEM_OK);
    const uint64_t expected = assumes == 1 ? 10 * kMebibyte : 0;
    {
      const Hold hold;
      CHECK(state.resident.row(kBackingStoreRow).opening == expected);
      state.resident.read(state.table);
      CHECK(state.resident.row(kBackingStoreRow).peak == expected);
    }
    CHECK(tracker::window_close(token, nullptr) == BENCHMEM_OK);
  }
  const Hold hold;
  state.table.unmap(buffers(64));
}

TEST_CASE("a token that names no window reads nothing") {
  benchmem_reading reading{};
  CHECK(read_window(0, &reading) == BENCHMEM_NO_WINDOW);
}
