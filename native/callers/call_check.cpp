#include "callers/call_check.h"

#include <cstring>

namespace benchmem::callers {

namespace {

constexpr unsigned kDirectBytes = 5; // call rel32
constexpr int32_t kWord = 8;

bool is_direct_call(const Instruction& instruction) noexcept { return instruction.is_plain(0xe8); }
bool is_indirect_call(const Instruction& instruction) noexcept {
  return instruction.is_plain(0xff) && (instruction.reg & 7) == 2;
}

// The bytes of an image before a return address.
class Before {
 public:
  Before(const CodeImage& image, uint64_t return_address) noexcept {
    const uint64_t offset = return_address - image.address;
    if (offset > image.size) return;
    end_ = image.bytes + offset;
    count_ = offset;
  }

  bool is_direct_call() const noexcept { return count_ >= kDirectBytes && end_[-int{kDirectBytes}] == 0xe8; }
  bool is_indirect_call() const noexcept {
    constexpr unsigned kShortest = 2, kLongest = 9; // call *reg .. call *disp32(base,index)
    for (unsigned length = kShortest; length <= kLongest && length <= count_; ++length) {
      const Instruction instruction = decode(end_ - length, end_);
      if (instruction.length == length && callers::is_indirect_call(instruction)) return true;
    }
    return false;
  }
  uint64_t target_from(uint64_t return_address) const noexcept {
    return return_address + static_cast<uint64_t>(decode(end_ - kDirectBytes, end_).immediate);
  }

 private:
  const uint8_t* end_ = nullptr;
  uint64_t count_ = 0;
};

// Follows what was called to where the frame stands.
class Arrival {
 public:
  Arrival(const CodeWorld& world, const GuessedFrame& frame) noexcept : world_(world), frame_(frame) {}

  CodeImage code_at(uint64_t address) const noexcept { return world_.code_at(address); }

  bool passes(const Instruction& instruction, const CodePath& path) noexcept {
    if (path.address != frame_.return_address) return true;
    if (!is_direct_call(instruction) && !is_indirect_call(instruction)) return true;
    const StackPlace base = frame_.rule.from_frame_pointer ? path.pointer() : path.stack();
    // At its first instruction a function finds the return address at the stack pointer: the CFA is a word above.
    agrees_ = base.base == StackPlace::kFromStack && base.offset + frame_.rule.cfa_words * kWord == kWord;
    is_lost_ |= !base.is_known();
    return !agrees_;
  }

  uint64_t leaves(Flow flow, const Instruction& instruction, const CodePath& path) noexcept {
    if (flow == Flow::kReturn) returns_ = true;
    if (flow != Flow::kTailJump) return 0;
    const uint64_t slot = path.address + static_cast<uint64_t>(int64_t{instruction.displacement});
    const uint64_t target = instruction.is_relative ? world_.pointer_at(slot) : 0;
    is_lost_ |= target == 0;
    return target;
  }

  // WHY: it must return, because code that never does is not left the way that it was followed (a thunk that changes
  // its own return address).
  CallVerdict verdict(bool followed_all) const noexcept {
    if (agrees_) return CallVerdict::kAgrees;
    return followed_all && returns_ && !is_lost_ ? CallVerdict::kContradicts : CallVerdict::kUndecided;
  }

 private:
  const CodeWorld& world_;
  const GuessedFrame& frame_;
  bool agrees_ = false, is_lost_ = false, returns_ = false;
};

} // namespace

CallVerdict check_call(const CodeWorld& world, uint64_t callers_return_address, const GuessedFrame& frame,
                       CodeSearchRoom* room) noexcept {
  const Before call(world.code_at(callers_return_address - 1), callers_return_address);
  // WHY: this comes first, because four bytes of such a call may look like another call's distance.
  if (call.is_indirect_call()) return CallVerdict::kUndecided;
  if (!call.is_direct_call()) return CallVerdict::kNoCall;
  const uint64_t target = call.target_from(callers_return_address);
  // Linkers make direct calls within an object only, whose code was readable a moment ago.
  if (!world.code_at(target).holds(target)) return CallVerdict::kContradicts;
  Arrival arrival(world, frame);
  const bool followed_all = CodeSearch<Arrival>(room, &arrival).run(target);
  return arrival.verdict(followed_all);
}

bool follows_call(const CodeImage& image, uint64_t return_address) noexcept {
  const Before call(image, return_address);
  return call.is_direct_call() || call.is_indirect_call();
}

// Source: Arm Architecture Reference Manual for A-profile, C4.1.66: BL, BLR, and BLRAA and its kin.
bool follows_arm64_call(const CodeImage& image, uint64_t return_address) noexcept {
  uint32_t word = 0;
  const uint64_t at = return_address - sizeof word - image.address;
  if (return_address % sizeof word != 0 || image.size < sizeof word || at > image.size - sizeof word) return false;
  memcpy(&word, image.bytes + at, sizeof word);
  const bool is_direct = (word & 0xfc000000) == 0x94000000;
  const bool is_plain = (word & 0xfffffc1f) == 0xd63f0000;
  const bool is_authenticated = (word & 0xfefff800) == 0xd63f0800;
  return is_direct || is_plain || is_authenticated;
}

} // namespace benchmem::callers
