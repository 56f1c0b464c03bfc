// The table of cached answers: packing, addresses of one slot, forgetting, and never a wrong answer.
#include <doctest/doctest.h>

#include <map>
#include <random>
#include <vector>

#include "callers/answer_cache.h"
#include "callers/frame_rule.h"

using namespace benchmem;
using namespace benchmem::callers;

namespace {

const void* at(uintptr_t address) { return reinterpret_cast<const void*>(address); }

// `count` addresses whose own slot is `slot`.
std::vector<uintptr_t> addresses_of_slot(size_t slot, size_t count) {
  std::vector<uintptr_t> found;
  for (uintptr_t address = 0x7f0000000000; found.size() != count; ++address) {
    if (AnswerKey(at(address)).slot() == slot) found.push_back(address);
  }
  return found;
}

bool holds(uintptr_t address, const Answer& expected) {
  Answer found;
  return look_up(at(address), &found) && found.object == expected.object && found.frame_rule == expected.frame_rule;
}

bool is_cached(uintptr_t address) {
  Answer ignored;
  return look_up(at(address), &ignored);
}

} // namespace

TEST_CASE("an answer keeps its object id and its frame rule") {
  forget_everything();
  constexpr uint16_t kMost = FrameRule::kMaxCfaWords;
  const bool is_x86 = kOwn.kind == Machine::kX86_64;
  const FrameRule largest{true, kMost, is_x86 ? uint16_t{127} : kMost, is_x86 ? uint16_t{1} : uint16_t{kMost - 1}};
  REQUIRE(largest.packed() < (1u << kFrameRuleBits));
  const uintptr_t addresses[] = {
      0, 1, 0x400000, 0x7fffffffffff, 0x555555554000, (uintptr_t{1} << kUserAddressBits) - 1};
  for (uintptr_t address : addresses) {
    forget_everything();
    CHECK_FALSE(is_cached(address));
    for (ObjectId object : {kUnknownObject, kEngineObject, ObjectId{2}, ObjectId{253}, kOtherObjects}) {
      for (uint32_t rule : {0u, largest.packed()}) {
        remember(at(address), {object, rule});
        CHECK(holds(address, {object, rule}));
      }
    }
  }
  const FrameRule back = FrameRule::unpack(largest.packed());
  CHECK(back.from_frame_pointer);
  CHECK(back.cfa_words == FrameRule::kMaxCfaWords);
  CHECK(back.saved_pointer_words == largest.saved_pointer_words);
  CHECK(back.return_words == largest.return_words);
  CHECK(FrameRule().packed() == 0);
  CHECK_FALSE(FrameRule::unpack(0).exists());
  forget_everything();
}

TEST_CASE("two addresses of one slot are both kept, a third displaces one of them") {
  forget_everything();
  const std::vector<uintptr_t> same = addresses_of_slot(77, 3);
  remember(at(same[0]), {10, 0});
  remember(at(same[1]), {11, 0});
  CHECK(holds(same[0], {10, 0}));
  CHECK(holds(same[1], {11, 0}));
  CHECK_FALSE(is_cached(same[2]));
  remember(at(same[2]), {12, 0});
  CHECK(holds(same[2], {12, 0}));
  CHECK(is_cached(same[0]) + is_cached(same[1]) == 1);
  forget_everything();
}

TEST_CASE("an answer that changes replaces the old one wherever that is kept") {
  forget_everything();
  const std::vector<uintptr_t> same = addresses_of_slot(4242, 2);
  remember(at(same[0]), {10, 0});
  remember(at(same[1]), {11, 0});
  remember(at(same[1]), {21, 5});
  remember(at(same[0]), {20, 0});
  CHECK(holds(same[0], {20, 0}));
  CHECK(holds(same[1], {21, 5}));
  forget_everything();
}

TEST_CASE("forgetting some objects leaves the answers of the others") {
  forget_everything();
  for (uintptr_t i = 0; i != 100; ++i) remember(at(0x1000 + i * 64), {static_cast<ObjectId>(2 + i % 3), 0});
  IdSet gone;
  CHECK(gone.empty());
  gone.add(3);
  gone.add(kOtherObjects);
  CHECK(gone.has(3));
  CHECK(gone.has(kOtherObjects));
  CHECK_FALSE(gone.has(2));
  forget_answers(gone);
  for (uintptr_t i = 0; i != 100; ++i) CHECK(is_cached(0x1000 + i * 64) == (i % 3 != 1));
  forget_everything();
}

TEST_CASE("whatever the cache answers is what was remembered last") {
  forget_everything();
  std::mt19937_64 random(5);
  std::map<uintptr_t, Answer> truth;
  std::vector<uintptr_t> addresses;
  for (int i = 0; i != 60000; ++i) addresses.push_back(random() % (uint64_t{1} << kAddressBits));
  size_t hits = 0;
  for (int i = 0; i != 200000; ++i) {
    const uintptr_t address = addresses[random() % addresses.size()];
    const auto known = truth.find(address);
    Answer found;
    if (look_up(at(address), &found)) {
      ++hits;
      REQUIRE(known != truth.end());
      REQUIRE(found.object == known->second.object);
      REQUIRE(found.frame_rule == known->second.frame_rule);
    }
    const Answer answer{static_cast<ObjectId>(random() % 256),
                        static_cast<uint32_t>(random() % (1u << kFrameRuleBits))};
    remember(at(address), answer);
    truth[address] = answer;
    REQUIRE(holds(address, answer));
  }
  CHECK(hits > 1000); // the loop has compared something
  forget_everything();
}
