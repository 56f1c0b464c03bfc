// How right the rules from code are where the unwind table knows: at every direct call of a real addon.
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "callers/call_check.h"
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

// WHY: the bases may differ, because a frame with a pointer may still give back the stack pointer's way at its end.
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

// The file whose calls are checked: the check asks by address only.
const ElfFile* checked;

CodeImage code_at(uint64_t address) noexcept { return checked->code.holds(address) ? checked->code : CodeImage{}; }
uint64_t pointer_at(uint64_t) noexcept { return 0; }

struct Verdicts {
  size_t agree = 0, undecided = 0, contradict = 0, agree_to_wrong = 0;
};

// What the call says of the frames of the function that it calls: of the table's rule at each call in it, and of one that
// is wrong by two words.
void judge_callee(const ElfFile& file, uint64_t callers_return_address, uint64_t begin, uint64_t end,
                  CodeSearchRoom* room, Verdicts* out) {
  FrameRow row;
  for (uint64_t at = begin; at < end && find_frame_row(file.unwind, at, &row);) {
    const uint64_t offset = at - file.code.address;
    const Instruction instruction = decode(file.code.bytes + offset, file.code.bytes + file.code.size);
    at += instruction.length;
    const FrameRule truth = find_frame_rule(file.unwind, at - 1);
    if (!instruction.is_plain(0xe8) || !truth.exists()) continue;
    const auto verdict_of = [&](const FrameRule& rule) {
      return check_call({code_at, pointer_at}, callers_return_address, {at, rule}, room);
    };
    FrameRule wrong = truth;
    wrong.cfa_words = static_cast<uint16_t>(wrong.cfa_words + 2);
    const CallVerdict verdict = verdict_of(truth);
    out->agree += verdict == CallVerdict::kAgrees;
    out->undecided += verdict == CallVerdict::kUndecided;
    out->contradict += verdict == CallVerdict::kContradicts;
    out->agree_to_wrong += verdict_of(wrong) == CallVerdict::kAgrees;
  }
}

// The first direct call of each function of the file, and where the function ends.
void judge_function(const ElfFile& file, const std::vector<uint64_t>& functions, size_t index,
                    std::vector<bool>* is_judged, CodeSearchRoom* room, Verdicts* out) {
  FrameRow row;
  for (uint64_t at = functions[index]; at < functions[index + 1] && find_frame_row(file.unwind, at, &row);) {
    const uint64_t offset = at - file.code.address;
    const Instruction instruction = decode(file.code.bytes + offset, file.code.bytes + file.code.size);
    at += instruction.length;
    if (!instruction.is_plain(0xe8)) continue;
    const uint64_t target = at + static_cast<uint64_t>(instruction.immediate);
    const auto callee = std::lower_bound(functions.begin(), functions.end(), target);
    if (callee == functions.end() || *callee != target || callee + 1 == functions.end()) continue;
    const auto number = static_cast<size_t>(callee - functions.begin());
    if ((*is_judged)[number]) continue;
    (*is_judged)[number] = true;
    judge_callee(file, at, *callee, callee[1], room, out);
  }
}

} // namespace

TEST_CASE("a call of a real addon contradicts no true rule, and agrees to none that is wrong") {
  if (!kOwn.has_readable_code) return; // rules are compared as this machine packs them
  const ElfFile file(lmdb());
  REQUIRE_MESSAGE(file.unwind.bytes != nullptr, "npm ci installs ", file.path);
  checked = &file;
  const auto room = std::make_unique<CodeSearchRoom>();
  const std::vector<uint64_t> functions = file.functions();
  std::vector<bool> is_judged(functions.size());
  Verdicts verdicts;
  for (size_t i = 0; i + 1 < functions.size(); ++i) {
    if (file.code.holds(functions[i])) judge_function(file, functions, i, &is_judged, room.get(), &verdicts);
  }
  MESSAGE(verdicts.agree, " agree, ", verdicts.undecided, " are undecided, ", verdicts.contradict, " contradict, ",
          verdicts.agree_to_wrong, " agree to a wrong rule");
  CHECK(verdicts.agree > 1000);
  CHECK(verdicts.agree_to_wrong == 0);
  CHECK(verdicts.contradict == 0);
}

TEST_CASE("the rules from a real addon's code are its unwind table's, at 99.5 % of its calls and more") {
  if (!kOwn.has_readable_code) return; // rules are compared as this machine packs them
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
