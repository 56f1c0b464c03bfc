// How to step from a call site to its caller, read from a loaded object's unwind table (.eh_frame). Pure:
// bytes in, rule out. Knows only frames whose CFA is the stack or frame pointer plus a constant; any other is
// "no rule". Must not read outside the image it is given: the bytes may be hostile.
#ifndef BENCHMEM_CALLERS_FRAME_RULE_H_
#define BENCHMEM_CALLERS_FRAME_RULE_H_

#include <cstddef>
#include <cstdint>

namespace benchmem::callers {

// The caller's stack pointer (CFA) is `base` + 8 * cfa_words; its return address is in the word below that.
struct FrameRule {
  bool from_frame_pointer = false; // base: the frame pointer, otherwise the stack pointer
  uint16_t cfa_words = 0;          // 1 .. kMaxCfaWords; 0: no rule
  uint8_t saved_pointer_words = 0; // the caller's frame pointer is at CFA - 8 * this; 0: unchanged

  static constexpr uint16_t kMaxCfaWords = 4095;
  static constexpr uint8_t kMaxSavedPointerWords = 127;

  bool exists() const noexcept { return cfa_words != 0; }
  // 21 bits, 0 where no rule exists.
  uint32_t packed() const noexcept {
    if (!exists()) return 0;
    return 1u << 20 | uint32_t{from_frame_pointer} << 19 | uint32_t{saved_pointer_words} << 12 | cfa_words;
  }
  static FrameRule unpack(uint32_t packed) noexcept {
    FrameRule rule;
    rule.from_frame_pointer = (packed >> 19 & 1) != 0;
    rule.saved_pointer_words = static_cast<uint8_t>(packed >> 12 & 0x7f);
    rule.cfa_words = static_cast<uint16_t>(packed & 0xfff);
    return rule;
  }
};

// One readable piece of memory that holds .eh_frame_hdr and .eh_frame, and the address where it is at run
// time.
struct UnwindImage {
  const uint8_t* bytes = nullptr;
  size_t size = 0;
  uint64_t address = 0;        // of bytes[0]
  uint64_t header_address = 0; // of .eh_frame_hdr
};

// `pc`: an address inside the call instruction, that is return address - 1.
FrameRule find_frame_rule(const UnwindImage& image, uint64_t pc) noexcept;

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_FRAME_RULE_H_
