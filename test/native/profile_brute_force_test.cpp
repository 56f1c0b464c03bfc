// Random scripts of events into a profile and into its model: all nine figures of every stack, and both marks, after each
// few events. 5,000 scripts; 50,000 with BENCHMEM_FULL=1.
#include <doctest/doctest.h>

#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "profile/profile.h"
#include "profile_model.h"
#include "profile_read_all.h"

using namespace benchmem;
using namespace benchmem::profile;

namespace {

bool is_full() {
  const char* full = std::getenv("BENCHMEM_FULL");
  return full != nullptr && std::string(full) == "1";
}

struct Unmake {
  void operator()(ThreadTrace* trace) const { unmake_trace(trace); }
};
using Trace = std::unique_ptr<ThreadTrace, Unmake>;

// Shared by all scripts, as threads outlive windows.
std::vector<Trace> make_traces(size_t count) {
  std::vector<Trace> traces;
  for (size_t i = 0; i < count; ++i) traces.emplace_back(make_trace());
  return traces;
}

ModelReading read(const Profile& profile) {
  const ReadProfile found = read_all([&](benchmem_profile_view* view) { profile.read(view); });
  ModelReading reading;
  for (size_t stack = 0; stack < found.stacks.size(); ++stack) reading[found.path(stack)] = found.row(stack);
  return reading;
}

// One script: the same events for both.
class Script {
 public:
  Script(uint64_t seed, Profile& profile, const std::vector<Trace>& traces)
      : random_(seed), profile_(profile), traces_(traces) {
    profile_.open();
    for (size_t i = 0; i < 1 + random_() % 12; ++i) stacks_.push_back(random_stack());
  }

  bool run() {
    const size_t events = 1 + random_() % 250;
    for (size_t i = 0; i < events; ++i) {
      if (i > events * 3 / 4 && !drained_ && random_() % 20 == 0) drain();
      one_event();
      if ((i % 16 == 0 || i + 1 == events) && !agrees()) return false;
    }
    return true;
  }

 private:
  struct Live {
    uint64_t block;
    int64_t bytes;
  };

  // Leaf first, of few different frames, so that stacks share parts and some are others' beginnings.
  std::vector<uint64_t> random_stack() {
    std::vector<uint64_t> keys(1 + random_() % 6);
    for (uint64_t& key : keys) key = uint64_t{2} << 48 | (0x1000 + random_() % 4);
    return keys;
  }
  int64_t random_bytes() {
    return random_() % 4 == 0 ? 0 : static_cast<int64_t>(random_() % (random_() % 8 == 0 ? 4000 : 200));
  }
  uint64_t new_block() { return (next_block_ += 1 + random_() % 3) * 16; }
  size_t any_live() { return random_() % live_.size(); }

  // Threads are numbered in the order of their first events, as the profile does.
  int thread_number(size_t index) {
    const auto found = numbers_.find(index);
    if (found != numbers_.end()) return found->second;
    const int number = static_cast<int>(numbers_.size());
    return numbers_[index] = number;
  }
  ThreadTrace* prepare(size_t index, const std::vector<uint64_t>& keys, ModelStack* model) {
    ThreadTrace* trace = traces_[index].get();
    for (size_t i = 0; i < keys.size(); ++i) {
      trace->keys[i] = keys[i];
      trace->rules[i] = 0;
    }
    trace->count = keys.size();
    *model = ModelStack(keys.rbegin(), keys.rend());
    model->insert(model->begin(), thread_key(static_cast<uint32_t>(thread_number(index))));
    return trace;
  }
  void note() { profile_.note_sum(model_.sum(), model_.program()); }

  void allocate() {
    const size_t thread = random_() % traces_.size();
    const Live fresh{new_block(), random_bytes()};
    ModelStack stack;
    ThreadTrace* trace = prepare(thread, stacks_[random_() % stacks_.size()], &stack);
    model_.allocated(thread_number(thread), stack, fresh.block, fresh.bytes);
    profile_.allocated(trace, reinterpret_cast<const void*>(fresh.block), static_cast<uint64_t>(fresh.bytes));
    note();
    live_.push_back(fresh);
  }
  // Mostly a young block, by whoever it may be.
  void release() {
    const size_t index = random_() % 2 == 0 ? live_.size() - 1 : any_live();
    const size_t thread = random_() % traces_.size();
    const Live old = live_[index];
    live_.erase(live_.begin() + static_cast<long>(index));
    // A thread without an event of its own yet has no number, and so no block is its own.
    const auto known = numbers_.find(thread);
    model_.freed(known == numbers_.end() ? -1 : known->second, old.block);
    profile_.freed(traces_[thread].get(), reinterpret_cast<const void*>(old.block), static_cast<uint64_t>(old.bytes));
  }
  void reallocate() {
    const size_t thread = random_() % traces_.size();
    Live& held = live_[any_live()];
    const Live old = held;
    const BlockNote note_of_old = profile_.take_note(reinterpret_cast<const void*>(old.block));
    if (random_() % 8 == 0) { // the allocator refuses: nothing happened
      profile_.put_note(reinterpret_cast<const void*>(old.block), note_of_old);
      return;
    }
    held = {random_() % 2 == 0 ? old.block : new_block(), random_bytes()};
    ModelStack stack;
    ThreadTrace* trace = prepare(thread, stacks_[random_() % stacks_.size()], &stack);
    model_.reallocated(thread_number(thread), stack, old.block, held.block, held.bytes);
    profile_.reallocated(trace, note_of_old, static_cast<uint64_t>(old.bytes),
                         reinterpret_cast<const void*>(held.block), static_cast<uint64_t>(held.bytes));
    note();
  }
  void contribute() {
    if (drained_) return;
    model_.contribute(static_cast<int64_t>(random_() % 600) - 280);
    note();
  }
  void drain() {
    drained_ = true;
    model_.drain();
    profile_.freeze();
  }
  void one_event() {
    const uint64_t choice = random_() % 9;
    if (choice < 4 && !drained_) return allocate();
    if (choice < 6 && !live_.empty()) return release();
    if (choice < 8 && !live_.empty() && !drained_) return reallocate();
    contribute();
  }

  Totals totals(const ModelReading& reading) const {
    Totals totals{};
    for (const auto& [stack, row] : reading) {
      totals.allocations += static_cast<uint64_t>(row[0]);
      totals.bytes += static_cast<uint64_t>(row[1]);
      totals.live += row[4];
      totals.peak += row[6];
      totals.sum_at_mark += row[8];
    }
    return totals;
  }
  bool agrees() {
    const ModelReading expected = model_.read();
    if (read(profile_) != expected) return false;
    Totals sums = totals(expected);
    if (sums.peak != model_.highest_program()) return false;
    profile_.check(sums, model_.highest_sum());
    benchmem_profile_view view{};
    profile_.read(&view);
    return view.trouble == BENCHMEM_PROFILE_WHOLE;
  }

  std::mt19937_64 random_;
  Profile& profile_;
  const std::vector<Trace>& traces_;
  std::vector<std::vector<uint64_t>> stacks_;
  std::vector<Live> live_;
  std::map<size_t, int> numbers_;
  ProfileModel model_;
  uint64_t next_block_ = 0x100;
  bool drained_ = false;
};

} // namespace

TEST_CASE("a profile has the figures of its model after random events") {
  const uint64_t scripts = is_full() ? 50'000 : 5'000;
  const auto profile = std::make_unique<Profile>();
  const std::vector<Trace> traces = make_traces(3);
  uint64_t wrong = 0;
  for (uint64_t seed = 1; seed <= scripts && wrong == 0; ++seed) {
    Script script(seed, *profile, traces);
    if (!script.run()) wrong = seed;
  }
  profile->switch_off();
  INFO("the script of seed ", wrong);
  CHECK(wrong == 0);
}
