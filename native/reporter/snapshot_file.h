// The lines of one process, appended to a file that another process reads while it grows.
// Must not be used by two threads at once; its memory is its own, and it calls the kernel only.
#ifndef BENCHMEM_REPORTER_SNAPSHOT_FILE_H_
#define BENCHMEM_REPORTER_SNAPSHOT_FILE_H_

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace benchmem::reporter {

// INVARIANT: what stands before the last newline is never changed, so that a reader may go on where it stopped.
class SnapshotFile {
 public:
  // Takes a descriptor in append mode; what stands in it stays.
  void use(int descriptor) noexcept { descriptor_ = descriptor; }
  bool is_open() const noexcept { return descriptor_ >= 0; }

  // A line that does not fit on the disk is taken back, and counted.
  void append(const char* bytes, size_t length) noexcept {
    const off_t begin = lseek(descriptor_, 0, SEEK_END);
    if (length == 0 || begin < 0 || !write_all(bytes, length)) {
      ++lost_;
      if (begin >= 0) static_cast<void>(ftruncate(descriptor_, begin) == 0);
      return;
    }
    ++lines_;
    lost_ = 0;
  }

  uint32_t lines() const noexcept { return lines_; }
  // Since the last line that was written.
  uint32_t lost() const noexcept { return lost_; }

 private:
  bool write_all(const char* bytes, size_t length) noexcept {
    while (length > 0) {
      const ssize_t written = write(descriptor_, bytes, length);
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return false;
      bytes += written;
      length -= static_cast<size_t>(written);
    }
    return true;
  }

  int descriptor_ = -1;
  uint32_t lines_ = 0;
  uint32_t lost_ = 0;
};

} // namespace benchmem::reporter

#endif // BENCHMEM_REPORTER_SNAPSHOT_FILE_H_
