// A profile that runs out of room is void, says why, and is whole again in the next window. The tables it is made of.
#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <random>

#include "profile/profile.h"
#include "profile_read_all.h"

using namespace benchmem;
using namespace benchmem::profile;

namespace {

struct Unmake {
  void operator()(ThreadTrace* trace) const { unmake_trace(trace); }
};
using Trace = std::unique_ptr<ThreadTrace, Unmake>;

const void* block_at(uint64_t index) { return reinterpret_cast<const void*>((index + 1) * 16); }

void allocate(Profile& profile, ThreadTrace* trace, uint64_t key, uint64_t block) {
  trace->keys[0] = uint64_t{3} << 48 | key;
  trace->rules[0] = 0;
  trace->count = 1;
  profile.allocated(trace, block_at(block), 10);
  profile.note_sum(10, 10);
}
uint32_t trouble_of(const Profile& profile) {
  benchmem_profile_view view{};
  profile.read(&view);
  return view.trouble;
}

} // namespace

TEST_CASE("a profile without room for a frame, a node or a stack is void, until the next window") {
  const StackTable::Limits limits[] = {{5, 100, 100}, {100, 5, 100}, {100, 100, 4}};
  for (const StackTable::Limits& limit : limits) {
    const auto profile = std::make_unique<Profile>(limit);
    const Trace trace(make_trace());
    profile->open();
    for (uint64_t key = 0; key < 4; ++key) allocate(*profile, trace.get(), key, key);
    REQUIRE(trouble_of(*profile) == BENCHMEM_PROFILE_WHOLE);
    allocate(*profile, trace.get(), 99, 99);
    CHECK(trouble_of(*profile) == BENCHMEM_PROFILE_TOO_LARGE);
    // What comes after it changes nothing, and is no harm.
    profile->freed(trace.get(), block_at(1), 10);
    CHECK(!profile->take_note(block_at(2)).exists());
    profile->freeze();
    profile->check({}, 0);
    const ReadProfile nothing = read_all([&](benchmem_profile_view* view) { profile->read(view); });
    CHECK(nothing.view.trouble == BENCHMEM_PROFILE_TOO_LARGE);
    CHECK(nothing.stacks.empty());
    profile->open();
    allocate(*profile, trace.get(), 1, 1);
    CHECK(trouble_of(*profile) == BENCHMEM_PROFILE_WHOLE);
    profile->switch_off();
  }
}

TEST_CASE("the self-check names the figure that differs") {
  const auto profile = std::make_unique<Profile>();
  const Trace trace(make_trace());
  const Totals right{1, 10, 10, 10, 10};
  const char* const names[] = {"allocations", "allocated bytes", "live bytes", "bytes at the peak of the sum",
                               "peak bytes"};
  for (size_t figure = 0; figure < 5; ++figure) {
    profile->open();
    allocate(*profile, trace.get(), 1, 1);
    profile->check(right, 10);
    REQUIRE(trouble_of(*profile) == BENCHMEM_PROFILE_WHOLE);
    Totals wrong = right;
    if (figure == 0) wrong.allocations += 1;
    if (figure == 1) wrong.bytes += 1;
    if (figure == 2) wrong.live += 1;
    if (figure == 3) wrong.sum_at_mark += 1;
    if (figure == 4) wrong.peak += 1;
    profile->check(wrong, 10);
    benchmem_profile_view view{};
    profile->read(&view);
    CHECK(view.trouble == BENCHMEM_PROFILE_DIFFERS);
    CHECK(std::string(view.difference.figure) == names[figure]);
    CHECK(view.difference.of_tracker == view.difference.of_stacks + 1);
  }
  profile->open();
  allocate(*profile, trace.get(), 1, 1);
  profile->check(right, 11);
  CHECK(trouble_of(*profile) == BENCHMEM_PROFILE_DIFFERS);
  profile->switch_off();
}

TEST_CASE("a stack that was not taken is told as one whose frames are not known") {
  const auto profile = std::make_unique<Profile>();
  const Trace trace(make_trace());
  profile->open();
  for (uint64_t block = 0; block < 3; ++block) {
    trace->count = 0;
    profile->allocated(trace.get(), block_at(block), 1);
  }
  const ReadProfile found = read_all([&](benchmem_profile_view* view) { profile->read(view); });
  REQUIRE(found.stacks.size() == 1);
  CHECK(found.path(0) == std::vector<uint64_t>{thread_key(0), kTruncated});
  CHECK(found.view.truncated_stacks == 1);
  profile->switch_off();
}

TEST_CASE("notes: hundreds of thousands of blocks come, go and are replaced as in a map") {
  BlockNotes notes;
  std::map<uint64_t, BlockNote> model;
  std::mt19937_64 random(7);
  const auto same = [](const BlockNote& a, const BlockNote& b) {
    return a.stack == b.stack && a.thread == b.thread && a.serial == b.serial;
  };
  for (int step = 0; step < 400'000; ++step) {
    // Neighbours and far ones, to the end of the address space.
    const uint64_t index = random() % 3 == 0 ? (uint64_t{1} << 43) - 2 - random() % 50'000 : random() % 50'000;
    const auto known = model.find(index);
    if (random() % 5 < 3) {
      BlockNote note;
      note.stack = 1 + static_cast<uint32_t>(random() % 0xffffff);
      note.thread = static_cast<uint32_t>(random() % BlockNotes::kMostThreads);
      note.serial = random() % (uint64_t{1} << BlockNotes::kSerialBits);
      REQUIRE(notes.put(block_at(index), note));
      model[index] = note;
    } else {
      const BlockNote taken = notes.take(block_at(index));
      if (!same(taken, known == model.end() ? BlockNote() : known->second)) FAIL("step ", step);
      if (known != model.end()) model.erase(known);
    }
  }
  CHECK(notes.count() == model.size());
  for (const auto& [index, note] : model) {
    if (!same(notes.take(block_at(index)), note)) FAIL("the note of block ", index);
  }
  CHECK(notes.count() == 0);
  notes.release();
}
