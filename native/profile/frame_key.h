// The 64-bit names of frames: a place in a loaded object, code of V8's, or what stands for no code.
#ifndef BENCHMEM_PROFILE_FRAME_KEY_H_
#define BENCHMEM_PROFILE_FRAME_KEY_H_

#include <cstdint>

#include "callers/callers.h"

namespace benchmem::profile {

using FrameKey = uint64_t;

// Bit 63: of V8's code map. Bit 62: special, the low 32 bits say what. Neither: object 8 bits | return address 48.
inline constexpr FrameKey kJavaScript = uint64_t{1} << 63;
inline constexpr FrameKey kSpecial = uint64_t{1} << 62;

inline constexpr FrameKey kTruncated = kSpecial | 1;   // the frames above are not known
inline constexpr FrameKey kUnknownCode = kSpecial | 3; // in no object, and nobody named it
inline constexpr uint32_t kFirstThread = 0x10000;

constexpr bool is_native(FrameKey key) noexcept { return (key & (kJavaScript | kSpecial)) == 0; }

inline FrameKey native_key(ObjectId object, const void* return_address) noexcept {
  constexpr unsigned kAddressBits = 48;
  const uint64_t address = reinterpret_cast<uintptr_t>(return_address) & ((uint64_t{1} << kAddressBits) - 1);
  return object == kUnknownObject ? kUnknownCode : uint64_t{object} << kAddressBits | address;
}
constexpr FrameKey thread_key(uint32_t number) noexcept { return kSpecial | (kFirstThread + number); }

} // namespace benchmem::profile

#endif // BENCHMEM_PROFILE_FRAME_KEY_H_
