// The reporter's file: it keeps what stood there, all lines that fit, and then the newest in the place of the last.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "reporter/snapshot_file.h"

using benchmem::reporter::SnapshotFile;

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

void append(SnapshotFile& file, const std::string& line) { file.append((line + '\n').data(), line.size() + 1); }

} // namespace

TEST_CASE("a report grows to its bound, and then shows the first lines and the newest") {
  TemporaryFile temporary;
  REQUIRE(temporary.descriptor >= 0);
  REQUIRE(write(temporary.descriptor, "header\n", 7) == 7);
  SnapshotFile file;
  CHECK_FALSE(file.is_open());
  file.use(temporary.descriptor);
  for (uint32_t line = 0; line != SnapshotFile::kMostLines; ++line) append(file, std::to_string(line));
  CHECK(temporary.lines().size() == 1 + SnapshotFile::kMostLines);
  append(file, "a much longer line than the one before");
  append(file, "newest");
  const std::vector<std::string> lines = temporary.lines();
  REQUIRE(lines.size() == 1 + SnapshotFile::kMostLines);
  CHECK(lines.front() == "header");
  CHECK(lines[1] == "0");
  CHECK(lines[SnapshotFile::kMostLines - 1] == std::to_string(SnapshotFile::kMostLines - 2));
  CHECK(lines.back() == "newest");
}
