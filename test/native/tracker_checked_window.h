// A window of a tracker test: opened and closed with each step checked, and blocks of made-up addresses for it.
#pragma once

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>

#include "tracker/tracker.h"

namespace benchmem::tracker {

// The object that a test's blocks belong to.
constexpr ObjectId kAddon = 9;

// Ranges are 16 MiB apart and belong to a file each, except for those of threads. Nobody looks into such a block.
inline void* made_up_block(uintptr_t range, size_t index) {
  return reinterpret_cast<void*>((range << 24) + index * 16);
}

inline uint64_t open_window(benchmem_threads threads = BENCHMEM_ALL_THREADS) {
  const benchmem_window_options options{static_cast<uint32_t>(threads), 0};
  uint64_t token = 0;
  REQUIRE(window_open(&options, &token) == BENCHMEM_OK);
  REQUIRE(token != 0);
  return token;
}

inline benchmem_reading close_window(uint64_t token) {
  benchmem_reading reading;
  REQUIRE(window_close(token, &reading) == BENCHMEM_OK);
  return reading;
}

} // namespace benchmem::tracker
