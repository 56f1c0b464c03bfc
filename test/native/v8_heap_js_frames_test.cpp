// Where interpreted frames keep their bytecode, learned from made-up frames and samples: no V8.
#include <doctest/doctest.h>

#include "v8_heap/js_frames.h"

using namespace benchmem::v8_heap;

namespace {

constexpr uintptr_t kArray = 0x30001; // a tagged pointer
constexpr uintptr_t small_integer(uintptr_t value) { return value << 32; }

// A frame as V8 makes them, with an array and an offset in two of the slots 3 to 6.
struct Frame {
  uintptr_t below[8] = {};
  uintptr_t saved[2] = {};

  Frame(int array_slot, uintptr_t array, int offset_slot, uintptr_t offset) {
    slot(1) = 0x50001;
    slot(2) = 0x50101;
    slot(array_slot) = array;
    slot(offset_slot) = small_integer(offset);
  }
  uintptr_t& slot(int words) { return below[8 - words]; }
  const uintptr_t* pointer() const { return below + 8; }
};

} // namespace

TEST_CASE("a frame of JavaScript is told from V8's other frames by its context and function") {
  Frame frame(4, kArray, 5, 9);
  CHECK(is_javascript_frame(frame.pointer()));
  CHECK(bytecode_address(frame.pointer(), {4, 5}) == kArray + 9);
  CHECK(bytecode_address(frame.pointer(), {5, 4}) == 0);
  frame.slot(1) = 36; // a marker of another type
  CHECK_FALSE(is_javascript_frame(frame.pointer()));
  CHECK(bytecode_address(frame.pointer(), {4, 5}) == 0);
  CHECK_FALSE(is_javascript_frame(nullptr));
}

TEST_CASE("slots that hold something else are no bytecode") {
  Frame frame(4, kArray, 5, 9);
  frame.slot(5) = small_integer(9) + 1;
  CHECK(bytecode_address(frame.pointer(), {4, 5}) == 0);
  frame.slot(5) = small_integer(0xffffffff);
  CHECK(bytecode_address(frame.pointer(), {4, 5}) == 0);
  frame.slot(5) = small_integer(9);
  frame.slot(4) = kArray + 1;
  CHECK(bytecode_address(frame.pointer(), {4, 5}) == 0);
}

TEST_CASE("the layout is the one that explains a sample") {
  for (int array = 3; array <= 6; ++array) {
    for (int offset = 3; offset <= 6; ++offset) {
      if (array == offset) continue;
      CAPTURE(array);
      CAPTURE(offset);
      const Frame inner(array, kArray, offset, 9), outer(array, kArray + 0x100, offset, 70);
      const uintptr_t* frames[] = {inner.pointer(), outer.pointer()};
      const uintptr_t sample[] = {kArray + 9, kArray + 0x100 + 70};
      SlotLearner learner;
      CHECK(learner.verdict() == SlotLearner::Verdict::kUndecided);
      CHECK_FALSE(learner.slots().known());
      CHECK(learner.learn(frames, 2, sample, 2) == SlotLearner::Verdict::kKnown);
      CHECK(learner.slots().array == array);
      CHECK(learner.slots().offset == offset);
    }
  }
}

TEST_CASE("two layouts that explain a sample wait for the next one") {
  Frame both(4, kArray, 5, 9);
  both.slot(6) = small_integer(9);
  const Frame one(4, kArray, 6, 11);
  const uintptr_t* first[] = {both.pointer()};
  const uintptr_t* second[] = {one.pointer()};
  const uintptr_t first_sample[] = {kArray + 9}, second_sample[] = {kArray + 11};
  SlotLearner learner;
  CHECK(learner.learn(first, 1, first_sample, 1) == SlotLearner::Verdict::kUndecided);
  CHECK(learner.learn(second, 1, second_sample, 1) == SlotLearner::Verdict::kKnown);
  CHECK(learner.slots().offset == 6);
}

TEST_CASE("a sample that no layout explains refuses for good") {
  const Frame frame(4, kArray, 5, 9);
  const uintptr_t* frames[] = {frame.pointer()};
  const uintptr_t wrong[] = {kArray + 10}, right[] = {kArray + 9};
  SlotLearner learner;
  CHECK(learner.learn(frames, 1, wrong, 1) == SlotLearner::Verdict::kRefused);
  CHECK(learner.learn(frames, 1, right, 1) == SlotLearner::Verdict::kRefused);
  CHECK_FALSE(learner.slots().known());
}

TEST_CASE("nothing is learned of a sample with more or fewer frames") {
  const Frame frame(4, kArray, 5, 9);
  const uintptr_t* frames[] = {frame.pointer(), frame.pointer()};
  const uintptr_t sample[] = {kArray + 10};
  SlotLearner learner;
  CHECK(learner.learn(frames, 2, sample, 1) == SlotLearner::Verdict::kUndecided);
  CHECK(learner.learn(frames, 1, sample, 0) == SlotLearner::Verdict::kUndecided);
  CHECK(learner.learn(frames, 0, sample, 0) == SlotLearner::Verdict::kUndecided);
}

TEST_CASE("a key names the function and the position") {
  CHECK(frame_key({5, 7, CodeKind::kBytecode}) == 0x8000000500000007u);
}
