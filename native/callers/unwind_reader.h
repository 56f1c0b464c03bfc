// Reading numbers, pointers and text out of an unwind table, in order and never outside it.
#ifndef BENCHMEM_CALLERS_UNWIND_READER_H_
#define BENCHMEM_CALLERS_UNWIND_READER_H_

#include <cstdint>
#include <cstring>

#include "callers/frame_rule.h"

namespace benchmem::callers {

// Pointer encodings (DW_EH_PE): a format in the low four bits, what it is relative to in the others.
enum : uint8_t {
  kAbsolute = 0x00,
  kUleb = 0x01,
  kUdata2 = 0x02,
  kUdata4 = 0x03,
  kUdata8 = 0x04,
  kSleb = 0x09,
  kSdata2 = 0x0a,
  kSdata4 = 0x0b,
  kSdata8 = 0x0c,
  kPcRelative = 0x10,
  kDataRelative = 0x30,
  kIndirect = 0x80,
  kOmitted = 0xff,
};

// Reads forward through [at, end) of the image. Once out of bounds it is failed() for good and reads zeros.
class Reader {
 public:
  Reader(const UnwindImage& image, uint64_t at, uint64_t end) noexcept
      : image_(image), at_(at), end_(end), failed_(at > end || end > image.size) {}

  bool failed() const noexcept { return failed_; }
  bool done() const noexcept { return failed_ || at_ == end_; }
  uint64_t offset() const noexcept { return at_; }
  void fail() noexcept { failed_ = true; }

  template <class T>
  T fixed() noexcept {
    T value{};
    if (failed_ || end_ - at_ < sizeof(T)) {
      failed_ = true;
      return value;
    }
    memcpy(&value, image_.bytes + at_, sizeof(T));
    at_ += sizeof(T);
    return value;
  }

  // To an offset of the image, not beyond the end.
  void move_to(uint64_t offset) noexcept {
    if (offset > end_)
      failed_ = true;
    else
      at_ = offset;
  }

  void skip(uint64_t bytes) noexcept {
    if (failed_ || end_ - at_ < bytes)
      failed_ = true;
    else
      at_ += bytes;
  }

  uint64_t uleb() noexcept {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = fixed<uint8_t>();
      value |= uint64_t{byte & 0x7fu} << shift;
      if ((byte & 0x80) == 0) return value;
    }
    failed_ = true;
    return 0;
  }

  int64_t sleb() noexcept {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = fixed<uint8_t>();
      value |= uint64_t{byte & 0x7fu} << shift;
      if ((byte & 0x80) != 0) continue;
      if ((byte & 0x40) != 0 && shift + 7 < 64) value |= ~uint64_t{0} << (shift + 7);
      return static_cast<int64_t>(value);
    }
    failed_ = true;
    return 0;
  }

  // A pointer in a DW_EH_PE encoding; what would have to be dereferenced (indirect) is a failure.
  uint64_t encoded(uint8_t encoding) noexcept {
    uint64_t base = 0;
    switch (encoding & 0xf0) {
      case kAbsolute: break;
      case kPcRelative: base = image_.address + at_; break;
      case kDataRelative: base = image_.header_address; break;
      default: failed_ = true; return 0;
    }
    return base + encoded_value(encoding & 0x0f);
  }

  uint64_t encoded_value(uint8_t format) noexcept {
    switch (format) {
      case kAbsolute:
      case kUdata8:
      case kSdata8: return fixed<uint64_t>();
      case kUleb: return uleb();
      case kUdata2: return fixed<uint16_t>();
      case kUdata4: return fixed<uint32_t>();
      case kSleb: return static_cast<uint64_t>(sleb());
      case kSdata2: return static_cast<uint64_t>(int64_t{fixed<int16_t>()});
      case kSdata4: return static_cast<uint64_t>(int64_t{fixed<int32_t>()});
      default: failed_ = true; return 0;
    }
  }

  const char* text() noexcept {
    const void* nul = failed_ ? nullptr : memchr(image_.bytes + at_, 0, end_ - at_);
    if (nul == nullptr) {
      failed_ = true;
      return "";
    }
    const char* start = reinterpret_cast<const char*>(image_.bytes + at_);
    at_ = static_cast<uint64_t>(static_cast<const uint8_t*>(nul) - image_.bytes) + 1;
    return start;
  }

 private:
  const UnwindImage& image_;
  uint64_t at_;
  uint64_t end_;
  bool failed_;
};

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_UNWIND_READER_H_
