// The lines of one process, bounded: when there are as many as fit, each new one takes the place of the last.
// Must not be used by two threads at once; its memory is its own, and it calls the kernel only.
#ifndef BENCHMEM_REPORTER_SNAPSHOT_FILE_H_
#define BENCHMEM_REPORTER_SNAPSHOT_FILE_H_

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace benchmem::reporter {

class SnapshotFile {
 public:
  // WHY bounded: a program that runs for weeks is asked again and again, and each line is a few KiB.
  static constexpr uint32_t kMostLines = 1000;

  // Takes a descriptor in append mode; what stands in it stays.
  void use(int descriptor) noexcept { descriptor_ = descriptor; }
  bool is_open() const noexcept { return descriptor_ >= 0; }

  // A line that does not fit on the disk is torn: the reader leaves it out.
  void append(const char* bytes, size_t length) noexcept {
    if (length == 0) return; // it did not fit into a line
    if (lines_ < kMostLines) {
      last_begin_ = lseek(descriptor_, 0, SEEK_END);
      ++lines_;
    } else if (last_begin_ < 0 || ftruncate(descriptor_, last_begin_) != 0) {
      return;
    }
    while (length > 0) {
      const ssize_t written = write(descriptor_, bytes, length);
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return;
      bytes += written;
      length -= static_cast<size_t>(written);
    }
  }

 private:
  int descriptor_ = -1;
  uint32_t lines_ = 0;
  off_t last_begin_ = -1;
};

} // namespace benchmem::reporter

#endif // BENCHMEM_REPORTER_SNAPSHOT_FILE_H_
