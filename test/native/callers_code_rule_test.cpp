// Rules from machine code: small functions written in bytes, and every call of a real addon against its unwind table.
#include <doctest/doctest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "callers/call_check.h"
#include "callers/frame_row.h"
#include "callers_elf_file.h"
#include "callers_unwind_image.h"

using namespace benchmem::callers;
using callers_test::Bytes;
using callers_test::text_of;

namespace {

constexpr uint64_t kAddress = 0x7000;

// The rules found at the first of the bytes, which stand for what follows a call. In a block of exactly their size, so
// that AddressSanitizer sees each step beyond it.
std::string rules_in(const Bytes& code) {
  const std::unique_ptr<uint8_t[]> exact(new uint8_t[code.size()]);
  if (!code.empty()) memcpy(exact.get(), code.data(), code.size());
  const auto room = std::make_unique<CodeSearchRoom>();
  CodeRules found;
  find_code_rules({exact.get(), code.size(), kAddress}, kAddress, room.get(), &found);
  std::string text;
  for (size_t i = 0; i != found.count; ++i) text += (i == 0 ? "" : ", ") + text_of(found.rules[i]);
  return text.empty() ? "none" : text;
}

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

const Bytes kRet = {0xc3};
const Bytes kPopRbp = {0x5d};
const Bytes kPushRbp = {0x55};
const Bytes kLeave = {0xc9};

Bytes add_rsp(uint8_t bytes) { return {0x48, 0x83, 0xc4, bytes}; }

} // namespace

TEST_CASE("what the epilogue gives back is the frame") {
  CHECK(rules_in(kRet) == "sp+8");
  CHECK(rules_in(joined({add_rsp(24), kRet})) == "sp+32");
  CHECK(rules_in(joined({add_rsp(8), {0x5b}, kPopRbp, kRet})) == "sp+32 saved 2"); // rbx, rbp
  CHECK(rules_in(joined({{0x48, 0x81, 0xc4, 0x00, 0x10, 0, 0}, kPopRbp, {0x41, 0x5c}, kRet})) == "sp+4120 saved 3");
  CHECK(rules_in(joined({{0x48, 0x8d, 0x64, 0x24, 0x18}, kRet})) == "sp+32");                      // lea 24(%rsp),%rsp
  CHECK(rules_in(joined({{0x48, 0x8b, 0x6c, 0x24, 0x08}, add_rsp(24), kRet})) == "sp+32 saved 3"); // mov 8(%rsp),%rbp
  CHECK(rules_in(joined({{0x48, 0x83, 0xec, 0xe8}, kRet})) == "sp+32");                            // sub $-24,%rsp
  CHECK(rules_in(joined({add_rsp(8), {0xf3, 0xc3}})) == "sp+16");                                  // rep ret
  CHECK(rules_in(joined({add_rsp(8), {0xf2, 0xc3}})) == "sp+16");                                  // bnd ret
}

TEST_CASE("frames with a frame pointer are left by it") {
  CHECK(rules_in(joined({kLeave, kRet})) == "fp+16 saved 2");
  CHECK(rules_in(joined({{0x48, 0x89, 0xec}, kPopRbp, kRet})) == "fp+16 saved 2"); // mov %rbp,%rsp
  CHECK(rules_in(joined({{0x48, 0x8d, 0x65, 0xe8}, {0x5b, 0x41, 0x5c, 0x41, 0x5d}, kPopRbp, kRet})) ==
        "fp+16 saved 2"); // lea -24(%rbp),%rsp, as alloca makes it
  CHECK(rules_in(joined({kPopRbp, kRet})) == "sp+16 saved 2");
}

TEST_CASE("a frame pointer that is only another register is found again, or the path is not believed") {
  CHECK(rules_in(joined({{0x48, 0x89, 0xc5}, add_rsp(8), kPopRbp, kRet})) == "sp+24 saved 2"); // mov %rax,%rbp
  CHECK(rules_in(joined({{0x48, 0x89, 0xc5}, add_rsp(8), kRet})) == "none");
  CHECK(rules_in(joined({{0x31, 0xed}, kLeave, kRet})) == "none"); // xor %ebp,%ebp
  CHECK(rules_in(joined({{0x48, 0x21, 0xc4}, kRet})) == "none");   // and %rax,%rsp
}

TEST_CASE("both ways of a branch are followed, and loops end") {
  const Bytes early_return = joined({{0x74, 0x05}, add_rsp(8), kRet, {0xeb, 0xf9}}); // je +5; add; ret; jmp to the add
  CHECK(rules_in(early_return) == "sp+16");
  CHECK(rules_in(joined({{0x0f, 0x84, 1, 0, 0, 0}, {0xcc}, add_rsp(40), kRet})) == "sp+48"); // only behind the je
  CHECK(rules_in({0xeb, 0xfe}) == "none");
  CHECK(rules_in(joined({{0x75, 0xfe}, kRet})) == "sp+8");
  CHECK(rules_in({0x50, 0xeb, 0xfd}) == "none"); // pushes forever
}

TEST_CASE("a path past a call that never returns is too shallow, and comes after the right one") {
  // test; je +5; call abort; (the next function:) sub, add, ret; then the frame's own end.
  const Bytes next_function = joined({{0x48, 0x83, 0xec, 0x08}, add_rsp(8), kRet});
  const Bytes code = joined({{0x74, 0x0e}, {0xe8, 0, 0, 0, 0}, next_function, add_rsp(40), kRet});
  CHECK(rules_in(code) == "sp+48, sp+8");
  // The next function's own frame pointer is not this one's.
  const Bytes with_pointer = joined({kPushRbp, {0x48, 0x89, 0xe5}, kLeave, kRet});
  CHECK(rules_in(joined({{0x74, 0x06}, with_pointer, add_rsp(40), kRet})) == "sp+48, sp+8");
  // The piece behind gives back something itself, and is too shallow still.
  CHECK(rules_in(joined({{0x74, 0x05}, add_rsp(8), kRet, add_rsp(40), kRet})) == "sp+48, sp+16");
  CHECK(rules_in(joined({{0x74, 0x05}, add_rsp(40), kRet, add_rsp(8), kRet})) == "sp+48, sp+16");
  // Deeper, but no frame that makes a call is so large: 24 bytes and the return address are no multiple of 16.
  CHECK(rules_in(joined({{0x74, 0x05}, add_rsp(40), kRet, add_rsp(64), kRet})) == "sp+48, sp+72");
  // ud2, int3 and hlt end a path.
  for (const Bytes& end : {Bytes{0x0f, 0x0b}, Bytes{0xcc}, Bytes{0xf4}}) CHECK(rules_in(joined({end, kRet})) == "none");
}

TEST_CASE("calls in tail position: what jumps to another function is followed, or counts as a last resort") {
  CHECK(rules_in(joined({add_rsp(24), {0xe9, 1, 0, 0, 0}, {0xcc}, kPushRbp, kPopRbp, kRet})) == "sp+32");
  CHECK(rules_in(joined({add_rsp(24), {0xff, 0xe0}})) == "sp+32");             // jmp *%rax
  CHECK(rules_in(joined({add_rsp(24), {0xff, 0x25, 0, 0, 0, 0}})) == "sp+32"); // jmp *(%rip)
  CHECK(rules_in(joined({{0x74, 0x06}, add_rsp(120), {0xff, 0xe0}, kRet})) == "sp+8, sp+128");
  CHECK(rules_in(joined({kPopRbp, {0xff, 0xe0}})) == "sp+16 saved 2");
}

TEST_CASE("code that ends, or is none, gives no rule") {
  CHECK(rules_in({}) == "none");
  CHECK(rules_in({0x48}) == "none");
  CHECK(rules_in({0x48, 0x81, 0xc4, 0, 0}) == "none");
  CHECK(rules_in(Bytes(100, 0x90)) == "none");
  CHECK(rules_in({0x06, 0xc3}) == "none");
  CHECK(rules_in(joined({{0x48, 0x81, 0xc4, 0, 0, 0, 0x7f}, kRet})) == "none"); // larger than any frame
  CHECK(rules_in(joined({{0x48, 0x83, 0xc4, 4}, kRet})) == "none");             // no whole words
}

TEST_CASE("what precedes a return address is a call or not") {
  const auto follows = [](const Bytes& code) {
    return follows_call({code.data(), code.size(), kAddress}, kAddress + code.size());
  };
  CHECK(follows({0xe8, 1, 2, 3, 4}));
  CHECK(follows({0xff, 0xd0}));                         // call *%rax
  CHECK(follows({0x41, 0xff, 0xd4}));                   // call *%r12
  CHECK(follows({0xff, 0x15, 1, 2, 3, 4}));             // call *(%rip)
  CHECK(follows({0xff, 0x50, 0x18}));                   // call *24(%rax)
  CHECK(follows({0x41, 0xff, 0x94, 0xc4, 1, 2, 3, 4})); // call *disp32(%r12,%rax,8)
  CHECK(follows({0x90, 0x3e, 0xff, 0xd0}));             // notrack
  CHECK_FALSE(follows({0xff, 0xe0}));                   // jmp *%rax
  CHECK_FALSE(follows({0x90, 0x90, 0x90, 0x90, 0x90, 0x90}));
  CHECK_FALSE(follows({0xd0}));
  CHECK_FALSE(follows({}));
  const Bytes code = {0xe8, 1, 2, 3, 4};
  CHECK_FALSE(follows_call({code.data(), code.size(), kAddress}, kAddress));
  CHECK_FALSE(follows_call({code.data(), code.size(), kAddress}, kAddress + 6));
  CHECK_FALSE(follows_call({code.data(), code.size(), kAddress}, 0));
}
