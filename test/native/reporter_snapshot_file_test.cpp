// The reporter's file: it keeps what stood there, only ever grows by whole lines, and counts those that do not fit.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "reporter/snapshot_file.h"
#include "v8_heap/unobserved.h"

using benchmem::reporter::SnapshotFile;
using benchmem::v8_heap::UnobservedPages;

namespace {

struct TemporaryFile {
  char path[32] = "/tmp/benchmem-test-XXXXXX";
  int descriptor = mkstemp(path);
  TemporaryFile() { fcntl(descriptor, F_SETFL, O_APPEND); }
  ~TemporaryFile() {
    close(descriptor);
    unlink(path);
  }
  std::vector<std::string> lines() const {
    std::string text(static_cast<size_t>(lseek(descriptor, 0, SEEK_END)), '\0');
    CHECK(pread(descriptor, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
    std::vector<std::string> found;
    for (size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
      found.push_back(text.substr(begin, end - begin));
    }
    return found;
  }
};

// No file may become longer than this, as on a full disk: a write fails instead of ending the process.
struct FullDisk {
  rlimit before{};
  void (*handler)(int) = std::signal(SIGXFSZ, SIG_IGN);
  explicit FullDisk(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit limit = {bytes, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
  }
};

void append(SnapshotFile& file, const std::string& line) { file.append((line + '\n').data(), line.size() + 1); }

} // namespace

TEST_CASE("a report grows by whole lines behind what stood there") {
  TemporaryFile temporary;
  REQUIRE(temporary.descriptor >= 0);
  REQUIRE(write(temporary.descriptor, "header\n", 7) == 7);
  SnapshotFile file;
  CHECK_FALSE(file.is_open());
  file.use(temporary.descriptor);
  for (int line = 0; line != 2000; ++line) append(file, std::to_string(line));
  const std::vector<std::string> lines = temporary.lines();
  REQUIRE(lines.size() == 2001);
  CHECK(lines.front() == "header");
  CHECK(lines[1] == "0");
  CHECK(lines.back() == "1999");
  CHECK(file.lines() == 2000);
  CHECK(file.lost() == 0);
}

TEST_CASE("a line that does not fit is taken back and counted, and the next one is whole") {
  TemporaryFile temporary;
  SnapshotFile file;
  file.use(temporary.descriptor);
  append(file, "first");
  {
    const FullDisk full(10);
    append(file, "much too long for what is left");
    append(file, "neither does this one fit");
    CHECK(file.lost() == 2);
  }
  CHECK(temporary.lines() == std::vector<std::string>{"first"});
  append(file, "last");
  CHECK(temporary.lines() == std::vector<std::string>{"first", "last"});
  CHECK(file.lost() == 0);
}

TEST_CASE("pages outside the observed isolates grow from their level at the opening, and are never negative") {
  UnobservedPages pages;
  pages.open(1000, 900);
  CHECK(pages.read(1000, 900) == 0);
  CHECK(pages.read(5000, 900) == 4000);
  CHECK(pages.read(5000, 4900) == 0);
  CHECK(pages.read(4000, 4900) == 0);
}
