#include "callers/code_rule.h"

namespace benchmem::callers {

namespace {

// Far more than the longest way to a return that compilers write.
constexpr size_t kMaxSteps = 3000;
static_assert(kMaxSteps < (size_t{1} << CodeSearchRoom::kSeenBits), "a free slot ends each look-up");

// Where an instruction leads.
enum class Flow : uint8_t { kNext, kBranch, kJump, kReturn, kTailJump, kEnd };

Flow flow_of(const Instruction& instruction) noexcept {
  const uint8_t op = instruction.opcode;
  if (instruction.map == Instruction::kTwo) {
    if (op >= 0x80 && op <= 0x8f) return Flow::kBranch;
    return op == 0x0b || op == 0xb9 || op == 0xff ? Flow::kEnd : Flow::kNext; // ud2, ud1, ud0
  }
  if (instruction.map != Instruction::kPlain) return Flow::kNext;
  if ((op >= 0x70 && op <= 0x7f) || (op >= 0xe0 && op <= 0xe3)) return Flow::kBranch;
  switch (op) {
    case 0xe9:
    case 0xeb: return Flow::kJump;
    case 0xc2:
    case 0xc3: return Flow::kReturn;
    case 0xca:
    case 0xcb:                    // far returns
    case 0xcc:                    // int3, the filler behind calls that never return
    case 0xcf:                    // iret
    case 0xf4: return Flow::kEnd; // hlt
    case 0xff: return (instruction.reg & 6) == 4 ? Flow::kTailJump : Flow::kNext;
    default: return Flow::kNext;
  }
}

// WHY: at a call the stack pointer is a multiple of 16, and so is the CFA.
bool is_aligned(const FrameRule& rule) noexcept { return rule.cfa_words % 2 == 0; }

bool precedes(const FrameRule& a, const FrameRule& b) noexcept {
  return is_aligned(a) == is_aligned(b) ? a.cfa_words > b.cfa_words : is_aligned(a);
}

void insert(const FrameRule& rule, CodeRules* list) noexcept {
  if (!rule.exists()) return;
  for (size_t i = 0; i != list->count; ++i) {
    if (list->rules[i].packed() == rule.packed()) return;
  }
  if (list->count == CodeRules::kMost) return;
  size_t at = list->count++;
  for (; at != 0 && precedes(rule, list->rules[at - 1]); --at) list->rules[at] = list->rules[at - 1];
  list->rules[at] = rule;
}

void append(const CodeRules& more, CodeRules* list) noexcept {
  const size_t first = list->count;
  for (size_t i = 0; i != more.count && list->count != CodeRules::kMost; ++i) {
    bool is_there = false;
    for (size_t k = 0; k != first; ++k) is_there |= list->rules[k].packed() == more.rules[i].packed();
    if (!is_there) list->rules[list->count++] = more.rules[i];
  }
}

class Search {
 public:
  Search(const CodeImage& image, CodeSearchRoom* room, CodeRules* returns, CodeRules* tails) noexcept
      : image_(image), room_(*room), returns_(*returns), tails_(*tails) {
    for (uint64_t& slot : room_.seen) slot = 0;
  }

  void run(uint64_t start) noexcept {
    wait(CodePath(start), start);
    while (waiting_ != 0) follow(room_.paths[--waiting_]);
  }

 private:
  // Notes that an instruction is executed with the stack pointer in a place; false: it was before. WHY the place: what
  // one wrong path has seen must not stop the right one.
  bool is_new(uint64_t offset, const StackPlace& stack) noexcept {
    const uint64_t word = uint64_t{1} << 63 | uint64_t{stack.base} << 60 |
                          (static_cast<uint64_t>(static_cast<uint32_t>(stack.offset)) & 0xfffffff) << 32 |
                          (offset & 0xffffffff);
    constexpr size_t kMask = (size_t{1} << CodeSearchRoom::kSeenBits) - 1;
    size_t at = (word * 0x9E3779B97F4A7C15u) >> (64 - CodeSearchRoom::kSeenBits);
    for (; room_.seen[at] != 0; at = (at + 1) & kMask) {
      if (room_.seen[at] == word) return false;
    }
    room_.seen[at] = word;
    return true;
  }

  void wait(CodePath path, uint64_t address) noexcept {
    if (waiting_ == CodeSearchRoom::kMaxPaths) return;
    path.address = address;
    room_.paths[waiting_++] = path;
  }

  void follow(CodePath path) noexcept {
    while (image_.holds(path.address) && steps_ != kMaxSteps) {
      const uint64_t offset = path.address - image_.address;
      if (!is_new(offset, path.stack())) return;
      ++steps_;
      const Instruction instruction = decode(image_.bytes + offset, image_.bytes + image_.size);
      if (instruction.length == 0) return;
      path.address += instruction.length;
      const uint64_t target = path.address + static_cast<uint64_t>(instruction.immediate);
      switch (flow_of(instruction)) {
        case Flow::kNext: path.execute(instruction); break;
        case Flow::kBranch: wait(path, target); break;
        case Flow::kJump: path.address = target; break;
        case Flow::kReturn: return insert(path.rule_here(), &returns_);
        case Flow::kTailJump: return insert(path.rule_here(), &tails_);
        case Flow::kEnd: return;
      }
    }
  }

  const CodeImage& image_;
  CodeSearchRoom& room_;
  CodeRules& returns_;
  CodeRules& tails_;
  size_t waiting_ = 0, steps_ = 0;
};

} // namespace

void find_code_rules(const CodeImage& image, uint64_t return_address, CodeSearchRoom* room, CodeRules* out) noexcept {
  CodeRules tails;
  *out = {};
  Search(image, room, out, &tails).run(return_address);
  append(tails, out);
}

bool follows_call(const CodeImage& image, uint64_t return_address) noexcept {
  const uint64_t offset = return_address - image.address;
  if (offset == 0 || offset > image.size) return false;
  const uint8_t* const end = image.bytes + offset;
  constexpr unsigned kDirect = 5, kShortest = 2, kLongest = 9; // call rel32; call *reg .. call *disp32(base,index)
  if (offset >= kDirect && end[-int{kDirect}] == 0xe8) return true;
  for (unsigned length = kShortest; length <= kLongest && length <= offset; ++length) {
    const Instruction instruction = decode(end - length, end);
    if (instruction.length == length && instruction.is_plain(0xff) && (instruction.reg & 7) == 2) return true;
  }
  return false;
}

} // namespace benchmem::callers
