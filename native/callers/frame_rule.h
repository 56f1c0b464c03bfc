// How to step from a call site to its caller, read from a loaded object's unwind table (.eh_frame). Pure:
// bytes in, rule out. Knows only frames whose CFA is the stack or frame pointer plus a constant; any other is
// "no rule". Must not read outside the image it is given: the bytes may be hostile.
#ifndef BENCHMEM_CALLERS_FRAME_RULE_H_
#define BENCHMEM_CALLERS_FRAME_RULE_H_

#include <cstddef>
#include <cstdint>

#include "callers/machine.h"

namespace benchmem::callers {

inline constexpr unsigned kFrameRuleBits = 21;

// The caller's stack pointer (CFA) is `base` + 8 * cfa_words; its return address is in the word at CFA - 8 * return_words.
struct FrameRule {
  bool from_frame_pointer = false;  // base: the frame pointer, otherwise the stack pointer
  uint16_t cfa_words = 0;           // 1 .. kMaxCfaWords; 0: no rule
  uint16_t saved_pointer_words = 0; // the caller's frame pointer is at CFA - 8 * this; 0: unchanged
  uint16_t return_words = 1;

  static constexpr uint16_t kMaxCfaWords = 4095;

  bool exists() const noexcept { return cfa_words != 0; }
  // In kFrameRuleBits, as kOwn packs it; 0 where no rule exists.
  uint32_t packed() const noexcept;
  static FrameRule unpack(uint32_t packed) noexcept;
};

// A machine's rules in kFrameRuleBits. What does not fit is no rule.
template <Machine::Kind>
struct RulePacking;

//   exists 1 | from the frame pointer 1 | saved pointer 7 | CFA 12
template <>
struct RulePacking<Machine::kX86_64> {
  static constexpr uint16_t kMaxSavedPointerWords = 127;

  static bool fits(const FrameRule& rule) noexcept {
    return rule.return_words == 1 && rule.saved_pointer_words <= kMaxSavedPointerWords;
  }
  static uint32_t pack(const FrameRule& rule) noexcept {
    if (!rule.exists()) return 0;
    return 1u << 20 | uint32_t{rule.from_frame_pointer} << 19 | uint32_t{rule.saved_pointer_words} << 12 |
           rule.cfa_words;
  }
  static FrameRule unpack(uint32_t packed) noexcept {
    FrameRule rule;
    rule.from_frame_pointer = (packed >> 19 & 1) != 0;
    rule.saved_pointer_words = static_cast<uint16_t>(packed >> 12 & 0x7f);
    rule.cfa_words = static_cast<uint16_t>(packed & 0xfff);
    return rule;
  }
};

// A frame record is the caller's frame pointer and, above it, the return address. The frame pointer points to it where
// the CFA is found from the frame pointer. Where it is found from the stack pointer, which is a multiple of 16, compilers
// keep the record near one end of the frame (which end differs), or the return address alone.
//   exists 1 | from the frame pointer 1 | 0 7 | CFA 12
//   exists 1 | 0 | has the pointer 1 | counts from the CFA 1 | position 6 | CFA / 2 11
template <>
struct RulePacking<Machine::kArm64> {
  static constexpr uint16_t kMaxPosition = 63;

  static bool fits(const FrameRule& rule) noexcept {
    const bool is_record = rule.saved_pointer_words == rule.return_words + 1;
    if (rule.from_frame_pointer) return is_record && rule.saved_pointer_words == rule.cfa_words;
    if (rule.cfa_words % 2 != 0 || rule.return_words > rule.cfa_words) return false;
    if (!is_record && rule.saved_pointer_words != 0) return false;
    return rule.return_words <= kMaxPosition || rule.cfa_words - rule.return_words <= kMaxPosition;
  }
  static uint32_t pack(const FrameRule& rule) noexcept {
    if (!rule.exists()) return 0;
    if (rule.from_frame_pointer) return 3u << 19 | rule.cfa_words;
    const bool from_cfa = rule.return_words <= kMaxPosition;
    const uint32_t position = from_cfa ? rule.return_words : uint32_t{rule.cfa_words} - rule.return_words;
    return 1u << 20 | uint32_t{rule.saved_pointer_words != 0} << 18 | uint32_t{from_cfa} << 17 | position << 11 |
           rule.cfa_words / 2u;
  }
  static FrameRule unpack(uint32_t packed) noexcept {
    FrameRule rule;
    if ((packed >> 20 & 1) == 0) return rule;
    rule.from_frame_pointer = (packed >> 19 & 1) != 0;
    if (rule.from_frame_pointer) {
      rule.cfa_words = rule.saved_pointer_words = static_cast<uint16_t>(packed & 0xfff);
      rule.return_words = static_cast<uint16_t>(rule.cfa_words - 1);
      return rule;
    }
    const auto position = static_cast<uint16_t>(packed >> 11 & 0x3f);
    rule.cfa_words = static_cast<uint16_t>((packed & 0x7ff) * 2);
    rule.return_words = (packed >> 17 & 1) != 0 ? position : static_cast<uint16_t>(rule.cfa_words - position);
    if ((packed >> 18 & 1) != 0) rule.saved_pointer_words = static_cast<uint16_t>(rule.return_words + 1);
    return rule;
  }
};

inline uint32_t FrameRule::packed() const noexcept { return RulePacking<kOwn.kind>::pack(*this); }
inline FrameRule FrameRule::unpack(uint32_t packed) noexcept { return RulePacking<kOwn.kind>::unpack(packed); }

// One readable piece of memory that holds .eh_frame_hdr and .eh_frame, and the address where it is at run
// time.
struct UnwindImage {
  const uint8_t* bytes = nullptr;
  size_t size = 0;
  uint64_t address = 0;        // of bytes[0]
  uint64_t header_address = 0; // of .eh_frame_hdr
};

// `pc`: an address inside the call instruction, that is return address - 1.
FrameRule find_frame_rule(const UnwindImage& image, uint64_t pc, const Machine& machine = kOwn) noexcept;

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_FRAME_RULE_H_
