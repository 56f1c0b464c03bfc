// Follows machine code from an address along both ways of each branch, with what it does to the stack pointer. x86-64
// only. Pure; the bytes may be hostile: nothing outside of the code that the goal knows is read.
#ifndef BENCHMEM_CALLERS_CODE_SEARCH_H_
#define BENCHMEM_CALLERS_CODE_SEARCH_H_

#include <cstddef>
#include <cstdint>

#include "callers/code_path.h"
#include "callers/instruction.h"

namespace benchmem::callers {

// Readable code of one object, and where it runs.
struct CodeImage {
  const uint8_t* bytes = nullptr;
  size_t size = 0;
  uint64_t address = 0; // of bytes[0]

  bool holds(uint64_t at) const noexcept { return at - address < size; }
};

// Where an instruction leads.
enum class Flow : uint8_t { kNext, kBranch, kJump, kReturn, kTailJump, kEnd };
Flow flow_of(const Instruction& instruction) noexcept;

// The search's memory, brought by the caller: too large for the stacks that it runs on.
struct CodeSearchRoom {
  static constexpr size_t kMaxPaths = 64, kSeenBits = 12;
  CodePath paths[kMaxPaths] = {};
  uint64_t seen[size_t{1} << kSeenBits] = {};
};

// What a goal must have:
//   CodeImage code_at(uint64_t address)              empty: the search does not go there
//   bool passes(const Instruction&, const CodePath&) behind an instruction that leads to the next; false: enough is known
//   uint64_t leaves(Flow, const Instruction&, const CodePath&)
//                                                    at a return, a jump by a pointer, an end; where to go on, or 0
template <class Goal>
class CodeSearch {
 public:
  CodeSearch(CodeSearchRoom* room, Goal* goal) noexcept : room_(*room), goal_(*goal) {
    for (uint64_t& slot : room_.seen) slot = 0;
  }

  // Whether each way was followed to where it ends or joins another.
  bool run(uint64_t start) noexcept {
    wait(CodePath(start), start);
    while (waiting_ != 0 && !is_over_) follow(room_.paths[--waiting_]);
    return is_whole_;
  }

 private:
  // Far more than the longest way to a return that compilers write.
  static constexpr size_t kMaxSteps = 3000;
  static_assert(kMaxSteps < (size_t{1} << CodeSearchRoom::kSeenBits), "a free slot ends each look-up");

  // Notes that an instruction is executed with the stack pointer in a place; false: it was before. WHY: the place
  // counts too, because what one wrong path has seen must not stop the right one.
  bool is_new(uint64_t address, const StackPlace& stack) noexcept {
    const uint64_t word = uint64_t{1} << 63 | uint64_t{stack.base} << 60 |
                          (static_cast<uint64_t>(static_cast<uint32_t>(stack.offset)) & 0xfffffff) << 32 |
                          (address & 0xffffffff);
    constexpr size_t kMask = (size_t{1} << CodeSearchRoom::kSeenBits) - 1;
    size_t at = (word * 0x9E3779B97F4A7C15u) >> (64 - CodeSearchRoom::kSeenBits);
    for (; room_.seen[at] != 0; at = (at + 1) & kMask) {
      if (room_.seen[at] == word) return false;
    }
    room_.seen[at] = word;
    return true;
  }

  void wait(CodePath path, uint64_t address) noexcept {
    if (waiting_ == CodeSearchRoom::kMaxPaths) return lose();
    path.address = address;
    room_.paths[waiting_++] = path;
  }

  void lose() noexcept { is_whole_ = false; }

  bool reads(uint64_t address) noexcept {
    if (!image_.holds(address)) image_ = goal_.code_at(address);
    return image_.holds(address) && steps_ != kMaxSteps;
  }

  void follow(CodePath path) noexcept {
    while (reads(path.address)) {
      if (!is_new(path.address, path.stack())) return;
      ++steps_;
      const uint64_t offset = path.address - image_.address;
      const Instruction instruction = decode(image_.bytes + offset, image_.bytes + image_.size);
      if (instruction.length == 0) return lose();
      path.address += instruction.length;
      if (!advance(instruction, &path)) return;
    }
    lose();
  }

  // False: the path ends here.
  bool advance(const Instruction& instruction, CodePath* path) noexcept {
    const uint64_t target = path->address + static_cast<uint64_t>(instruction.immediate);
    const Flow flow = flow_of(instruction);
    switch (flow) {
      case Flow::kNext:
        path->execute(instruction);
        is_over_ = !goal_.passes(instruction, *path);
        return !is_over_;
      case Flow::kBranch: wait(*path, target); return true;
      case Flow::kJump: path->address = target; return true;
      default: path->address = goal_.leaves(flow, instruction, *path); return path->address != 0;
    }
  }

  CodeSearchRoom& room_;
  Goal& goal_;
  CodeImage image_;
  size_t waiting_ = 0, steps_ = 0;
  bool is_over_ = false, is_whole_ = true;
};

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_CODE_SEARCH_H_
