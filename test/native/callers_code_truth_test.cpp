// How right the rules from code are where the unwind table knows: at every direct call of a real addon.
#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "callers/frame_row.h"
#include "callers_elf_file.h"

using namespace benchmem::callers;
using callers_test::ElfFile;

namespace {

// A package of this repository's own development dependencies; compiled by GCC from C and C++.
std::string lmdb() {
  const std::string here = __FILE__;
  return here.substr(0, here.find("test/native/")) + "node_modules/@lmdb/lmdb-linux-x64/node.napi.glibc.node";
}

struct Score {
  size_t calls = 0, right = 0, found = 0;
};

// WHY the bases may differ: where a frame has a pointer, its end may still give back the stack pointer's way.
bool same_frame(const FrameRule& rule, const FrameRule& truth) {
  return rule.packed() == truth.packed() ||
         (rule.from_frame_pointer != truth.from_frame_pointer && rule.saved_pointer_words == truth.saved_pointer_words);
}

void score_call(const ElfFile& file, uint64_t return_address, CodeSearchRoom* room, Score* score) {
  const FrameRule truth = find_frame_rule(file.unwind, return_address - 1);
  if (!truth.exists()) return;
  ++score->calls;
  CodeRules rules;
  find_code_rules(file.code, return_address, room, &rules);
  score->right += rules.count != 0 && same_frame(rules.rules[0], truth);
  score->found += follows_call(file.code, return_address);
}

void score_function(const ElfFile& file, uint64_t begin, uint64_t end, CodeSearchRoom* room, Score* score) {
  FrameRow row;
  for (uint64_t at = begin; at < end && find_frame_row(file.unwind, at, &row);) {
    const uint64_t offset = at - file.code.address;
    const Instruction instruction = decode(file.code.bytes + offset, file.code.bytes + file.code.size);
    REQUIRE(instruction.length != 0);
    at += instruction.length;
    if (instruction.is_plain(0xe8)) score_call(file, at, room, score);
  }
}

} // namespace

TEST_CASE("the rules from a real addon's code are its unwind table's, at 99.5 % of its calls and more") {
  const ElfFile file(lmdb());
  REQUIRE_MESSAGE(file.unwind.bytes != nullptr, "npm ci installs ", file.path);
  const auto room = std::make_unique<CodeSearchRoom>();
  Score score;
  const std::vector<uint64_t> functions = file.functions();
  for (size_t i = 0; i + 1 < functions.size(); ++i) {
    if (file.code.holds(functions[i])) score_function(file, functions[i], functions[i + 1], room.get(), &score);
  }
  MESSAGE(score.right, " of ", score.calls, " calls");
  CHECK(score.calls > 5000);
  CHECK(score.found == score.calls);
  CHECK(static_cast<double>(score.right) >= 0.995 * static_cast<double>(score.calls));
}
