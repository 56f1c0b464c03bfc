// Walks of whole stacks in a real process, beside what the compiler's own unwinder says of the same stack.
#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <pthread.h>
#include <search.h>
#include <unwind.h>
#include <vector>

#include "callers/stack_walk.h"

using namespace benchmem;

namespace {

using Addresses = std::vector<const void*>;

struct Seen {
  Addresses walked, unwound;
  WalkEnd end = WalkEnd::kTruncated;
};

_Unwind_Reason_Code note_frame(_Unwind_Context* context, void* addresses) {
  static_cast<Addresses*>(addresses)->push_back(reinterpret_cast<const void*>(_Unwind_GetIP(context)));
  return _URC_NO_REASON;
}

constexpr size_t kRoom = 1024;
WalkedFrame frames[kRoom];
Seen seen;

// Stands for a hooked entry point: its caller is the leaf of the walk.
__attribute__((noinline)) void hooked(size_t room = kRoom) {
  const CallSite site = BENCHMEM_CALL_SITE();
  const WalkedStack stack = walk_stack(site, frames, room);
  seen = {};
  seen.end = stack.end;
  for (size_t i = 0; i != stack.count; ++i) seen.walked.push_back(frames[i].pc);
  _Unwind_Backtrace(note_frame, &seen.unwound);
  // The unwinder's first is this function itself.
  if (!seen.unwound.empty()) seen.unwound.erase(seen.unwound.begin());
  while (!seen.unwound.empty() && seen.unwound.back() == nullptr) seen.unwound.pop_back();
}

__attribute__((noinline)) void recurse(int depth, size_t room) {
  volatile char space[100];
  space[0] = static_cast<char>(depth);
  if (depth == 0)
    hooked(room);
  else
    recurse(depth - 1, room);
  space[1] = space[0];
}

void check_whole_stack() {
  CHECK(seen.end == WalkEnd::kOutermost);
  CHECK(seen.walked.size() > 2);
  CHECK(seen.walked == seen.unwound);
}

} // namespace

TEST_CASE("a stack is walked to the program's first frame") {
  recurse(5, kRoom);
  check_whole_stack();
  CHECK(seen.walked.size() > 7);
}

TEST_CASE("a thread's stack is walked to clone") {
  pthread_t thread;
  const auto body = [](void*) -> void* {
    recurse(30, kRoom);
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, nullptr, body, nullptr) == 0);
  pthread_join(thread, nullptr);
  check_whole_stack();
}

TEST_CASE("library code between is walked through") {
  const int keys[] = {1, 2, 3};
  const auto compare = [](const void*, const void*) {
    recurse(1, kRoom);
    return 0;
  };
  bsearch(keys, keys, 3, sizeof(int), compare);
  check_whole_stack();
  int array[] = {3, 2, 1};
  qsort(array, 3, sizeof(int), compare);
  check_whole_stack();
}

TEST_CASE("a stack deeper than the room keeps its leaf side, and says so") {
  recurse(100, 20);
  CHECK(seen.end == WalkEnd::kTruncated);
  CHECK(seen.walked.size() == 20);
  REQUIRE(seen.unwound.size() > 100);
  CHECK(seen.walked == Addresses(seen.unwound.begin(), seen.unwound.begin() + 20));
  recurse(3, 0);
  CHECK(seen.walked.empty());
}
