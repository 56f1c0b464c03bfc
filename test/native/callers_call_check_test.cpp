// Whether a call can have led to a frame: calls and functions written in bytes.
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "callers/call_check.h"

using namespace benchmem::callers;

namespace {

using Bytes = std::vector<uint8_t>;

constexpr uint64_t kAddress = 0x7000;
constexpr uint64_t kSlot = 0x9000;
// Where the callee begins, behind the caller's call and what fills it up.
constexpr uint64_t kCallee = kAddress + 0x20;

Bytes code;
uint64_t slot_value;

CodeImage code_at(uint64_t address) noexcept {
  const CodeImage image{code.data(), code.size(), kAddress};
  return image.holds(address) ? image : CodeImage{};
}
uint64_t pointer_at(uint64_t address) noexcept { return address == kSlot ? slot_value : 0; }

FrameRule by_stack(uint16_t words) {
  FrameRule rule;
  rule.cfa_words = words;
  return rule;
}
FrameRule by_pointer(uint16_t words) {
  FrameRule rule = by_stack(words);
  rule.from_frame_pointer = true;
  rule.saved_pointer_words = 2;
  return rule;
}

// A call of `caller`'s bytes leads to `callee`, which holds `indirect call, rest`: the frame stands behind that call.
std::string verdict(const Bytes& caller, const Bytes& before, const Bytes& rest, const FrameRule& rule) {
  code = caller;
  code.resize(kCallee - kAddress, 0xcc);
  for (const Bytes& part : {before, Bytes{0xff, 0xd0}, rest}) code.insert(code.end(), part.begin(), part.end());
  const auto room = std::make_unique<CodeSearchRoom>();
  const GuessedFrame frame{kCallee + before.size() + 2, rule};
  switch (check_call({code_at, pointer_at}, kAddress + caller.size(), frame, room.get())) {
    case CallVerdict::kNoCall: return "no call";
    case CallVerdict::kContradicts: return "contradicts";
    case CallVerdict::kUndecided: return "undecided";
    case CallVerdict::kAgrees: return "agrees";
  }
  return "";
}

// call rel32, at kAddress.
Bytes call_of(uint64_t target) {
  const uint64_t distance = target - (kAddress + 5);
  Bytes bytes = {0xe8};
  for (unsigned i = 0; i != 4; ++i) bytes.push_back(static_cast<uint8_t>(distance >> 8 * i));
  return bytes;
}

const Bytes kSub24 = {0x48, 0x83, 0xec, 24};
const Bytes kAdd24Ret = {0x48, 0x83, 0xc4, 24, 0xc3};
const Bytes kPointerFrame = {0x55, 0x48, 0x89, 0xe5}; // push %rbp; mov %rsp,%rbp
const Bytes kLeaveRet = {0xc9, 0xc3};

} // namespace

TEST_CASE("a direct call agrees with the depth at which its target arrives, and with no other") {
  const Bytes call = call_of(kCallee);
  CHECK(verdict(call, kSub24, kAdd24Ret, by_stack(4)) == "agrees");
  CHECK(verdict(call, kSub24, kAdd24Ret, by_stack(2)) == "contradicts");
  CHECK(verdict(call, kSub24, kAdd24Ret, by_stack(32)) == "contradicts");
  CHECK(verdict(call, kSub24, kAdd24Ret, by_pointer(2)) == "contradicts"); // its frame pointer is its caller's
  CHECK(verdict(call, kPointerFrame, kLeaveRet, by_pointer(2)) == "agrees");
  CHECK(verdict(call, kPointerFrame, kLeaveRet, by_pointer(4)) == "contradicts");
  CHECK(verdict(call, kPointerFrame, {0x5d, 0xc3}, by_stack(2)) == "agrees");
  const Bytes branched = {0x74, 5, 0x48, 0x83, 0xc4, 24, 0xc3}; // je over an early return
  Bytes before = kSub24;
  before.insert(before.end(), branched.begin(), branched.end());
  CHECK(verdict(call, before, kAdd24Ret, by_stack(4)) == "agrees");
}

TEST_CASE("a call of something else contradicts") {
  CHECK(verdict(call_of(kCallee), {0xc3}, kAdd24Ret, by_stack(1)) == "contradicts"); // returns before
  CHECK(verdict(call_of(kCallee + 6), kSub24, kAdd24Ret, by_stack(4)) == "contradicts");
  CHECK(verdict(call_of(0x123456), kSub24, kAdd24Ret, by_stack(4)) == "contradicts"); // leads out of all code
  CHECK(verdict({0x90, 0x90, 0x90, 0x90, 0x90, 0x90}, kSub24, kAdd24Ret, by_stack(4)) == "no call");
}

TEST_CASE("what cannot be followed is undecided") {
  CHECK(verdict({0xff, 0xd3}, kSub24, kAdd24Ret, by_stack(32)) == "undecided"); // call *%rbx
  // call *disp32(%rax,%rbp,8): from its third byte on it looks like a direct call.
  CHECK(verdict({0xff, 0x94, 0xe8, 1, 0, 0, 0}, kSub24, kAdd24Ret, by_stack(32)) == "undecided");
  const Bytes call = call_of(kCallee);
  CHECK(verdict(call, {0xff, 0xe0}, kAdd24Ret, by_stack(1)) == "undecided");          // jmp *%rax
  CHECK(verdict(call, {0x0f, 0x0b}, kAdd24Ret, by_stack(1)) == "undecided");          // never returns
  CHECK(verdict(call, {0x48, 0x29, 0xc4}, {0xc9, 0xc3}, by_stack(1)) == "undecided"); // sub %rax,%rsp
  CHECK(verdict(call, {0x06}, kAdd24Ret, by_stack(1)) == "undecided");                // no instruction
  Bytes moved = kPointerFrame;
  moved.insert(moved.end(), {0x48, 0x29, 0xc4});
  CHECK(verdict(call, moved, kLeaveRet, by_pointer(2)) == "agrees"); // the frame pointer is still known
}

TEST_CASE("a call of a stub of the PLT goes where the stub's pointer says") {
  constexpr uint64_t kStub = kAddress + 8;
  Bytes caller = call_of(kStub);
  const auto with_stub = [&caller](uint64_t value, const FrameRule& rule) {
    slot_value = value;
    Bytes bytes = caller;
    bytes.resize(kStub - kAddress, 0x90);
    const Bytes stub = {0xf3, 0x0f, 0x1e, 0xfa, 0xff, 0x25}; // endbr64; jmp *distance(%rip)
    bytes.insert(bytes.end(), stub.begin(), stub.end());
    const uint64_t distance = kSlot - (kStub + stub.size() + 4);
    for (unsigned i = 0; i != 4; ++i) bytes.push_back(static_cast<uint8_t>(distance >> 8 * i));
    bytes.resize(kCallee - kAddress, 0xcc);
    bytes.insert(bytes.end(), kSub24.begin(), kSub24.end());
    bytes.insert(bytes.end(), {0xff, 0xd0});
    bytes.insert(bytes.end(), kAdd24Ret.begin(), kAdd24Ret.end());
    code = bytes;
    const auto room = std::make_unique<CodeSearchRoom>();
    return check_call({code_at, pointer_at}, kAddress + caller.size(), {kCallee + kSub24.size() + 2, rule}, room.get());
  };
  CHECK((with_stub(kCallee, by_stack(4)) == CallVerdict::kAgrees));
  CHECK((with_stub(kCallee, by_stack(6)) == CallVerdict::kContradicts));
  CHECK((with_stub(0, by_stack(4)) == CallVerdict::kUndecided));
  CHECK((with_stub(0x123456, by_stack(4)) == CallVerdict::kUndecided));
  CHECK((with_stub(kStub, by_stack(4)) == CallVerdict::kUndecided)); // goes round
}

TEST_CASE("arm64: what precedes a return address is a call, or not") {
  const auto follows = [](uint32_t instruction, uint64_t return_address) {
    Bytes bytes(4, 0);
    for (unsigned i = 0; i != 4; ++i) bytes.push_back(static_cast<uint8_t>(instruction >> 8 * i));
    return follows_arm64_call({bytes.data(), bytes.size(), kAddress}, return_address);
  };
  CHECK(follows(0x94000010, kAddress + 8));       // bl +64
  CHECK(follows(0x97ffffff, kAddress + 8));       // bl -4
  CHECK(follows(0xd63f0200, kAddress + 8));       // blr x16
  CHECK(follows(0xd73f0a11, kAddress + 8));       // blraa x16, x17
  CHECK(follows(0xd63f081f, kAddress + 8));       // blraaz x0
  CHECK_FALSE(follows(0x14000010, kAddress + 8)); // b
  CHECK_FALSE(follows(0xd61f0200, kAddress + 8)); // br x16
  CHECK_FALSE(follows(0xd65f03c0, kAddress + 8)); // ret
  CHECK_FALSE(follows(0x94000010, kAddress + 4));
  for (uint64_t address : {kAddress, kAddress + 2, kAddress + 7, kAddress + 12, uint64_t{0}, ~uint64_t{3}}) {
    CHECK_FALSE(follows(0x94000010, address));
  }
  CHECK_FALSE(follows_arm64_call({}, kAddress));
}
