// Lines of /proc/self/maps, malloc's large chunks in a mapping, and the kernel's reading of memory.
#include <doctest/doctest.h>

#include <sys/mman.h>

#include <cstring>
#include <map>
#include <string>

#include "mappings/process_map.h"

using namespace benchmem;
using namespace benchmem::mappings;

namespace {

MapLine line_of(const std::string& text) {
  MapLine line;
  REQUIRE(parse_map_line(text.data(), text.data() + text.size(), &line));
  return line;
}

bool is_line(const std::string& text) {
  MapLine line;
  return parse_map_line(text.data(), text.data() + text.size(), &line);
}

} // namespace

TEST_CASE("a line of the map: its range, what it allows, and whether it is anonymous") {
  const MapLine line = line_of("7f12a0000000-7f12a4000000 rw-p 00000000 00:00 0");
  CHECK(line.range.begin == 0x7f12a0000000);
  CHECK(line.range.end == 0x7f12a4000000);
  CHECK(line.readable);
  CHECK(line.writable);
  CHECK_FALSE(line.executable);
  CHECK(line.anonymous);
  CHECK(line_of("1000-2000 ---p 00000000 00:00 0 ").anonymous);
  CHECK(line_of("1000-2000 rw-p 00000000 00:00 0                          [anon:mimalloc]").anonymous);
  for (const char* other : {"1000-2000 rw-p 00000000 00:00 0                          [heap]",
                            "1000-2000 rw-p 00000000 00:00 0                          [stack]",
                            "1000-2000 rw-s 00000000 00:00 0", "1000-2000 rw-p 00000000 fe:00 12 /usr/lib/a.so",
                            "1000-2000 rw-s 00000000 00:05 77                         /dev/zero (deleted)"}) {
    CHECK_FALSE(line_of(other).anonymous);
  }
  for (const char* broken : {"", "-", "1000", "1000-", "2000-1000 rw-p 0 0:0 0", "1000-2000 rw", "x000-2000 rw-p"}) {
    CHECK_FALSE(is_line(broken));
  }
}

TEST_CASE("malloc's large chunks are passed over one behind the other, and nothing else is") {
  std::map<uintptr_t, uint64_t> sizes = {{0x10000, 0x5002}, {0x15000, 0x3002}, {0x18000, 0x1002}};
  const auto read = [&sizes](uintptr_t at, uint64_t* words) {
    words[1] = sizes.count(at) == 0 ? 0 : sizes[at];
    return true;
  };
  CHECK(end_of_malloc_chunks({0x10000, 0x19000}, read) == 0x19000);
  CHECK(end_of_malloc_chunks({0x10000, 0x30000}, read) == 0x19000);
  CHECK(end_of_malloc_chunks({0x10000, 0x17000}, read) == 0x15000); // the next would reach beyond the mapping
  CHECK(end_of_malloc_chunks({0x11000, 0x19000}, read) == 0x11000);
  sizes[0x10000] = 0x5001; // not mapped for itself
  CHECK(end_of_malloc_chunks({0x10000, 0x19000}, read) == 0x10000);
  CHECK(end_of_malloc_chunks({0x10000, 0x19000}, [](uintptr_t, uint64_t*) { return false; }) == 0x10000);
}

TEST_CASE("the map of this process ascends and has what was just mapped; memory that is gone is no fault") {
  constexpr size_t kBytes = 3 * 65536;
  void* pages = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(pages != MAP_FAILED);
  std::memcpy(pages, "answer42", 8);
  struct Found {
    uintptr_t wanted;
    uintptr_t last = 0;
    bool ascends = true, has = false;
  } found{reinterpret_cast<uintptr_t>(pages)};
  const auto visit = [](const MapLine& line, void* context) {
    Found& seen = *static_cast<Found*>(context);
    seen.ascends = seen.ascends && line.range.begin >= seen.last;
    seen.last = line.range.end;
    seen.has =
        seen.has || (line.anonymous && line.range.begin <= seen.wanted && line.range.end >= seen.wanted + kBytes);
  };
  REQUIRE(for_each_map_line(visit, &found));
  CHECK(found.ascends);
  CHECK(found.has);
  const ProcessMemory memory;
  char text[8] = {};
  CHECK(memory.read(found.wanted, text, sizeof(text)));
  CHECK(std::memcmp(text, "answer42", 8) == 0);
  munmap(pages, kBytes);
  CHECK_FALSE(memory.read(found.wanted, text, sizeof(text)));
}
