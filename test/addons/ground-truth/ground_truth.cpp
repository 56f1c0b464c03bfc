// Node-API addon that runs an allocation script on real threads, stopping wherever the script gives control to
// JavaScript. Threads start before the first stop and park on futexes, so inside a window only the script allocates.
// Must not know benchmem: the window is opened and closed by JavaScript, around advance().
#include <linux/futex.h>
#include <node_api.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <memory>
#include <new>

#include "blocks.h"

namespace ground_truth {
namespace {

void futex_wait(std::atomic<uint32_t>* word, uint32_t seen) noexcept {
  syscall(SYS_futex, reinterpret_cast<uint32_t*>(word), FUTEX_WAIT_PRIVATE, seen, nullptr, nullptr, 0);
}

void futex_wake_all(std::atomic<uint32_t>* word) noexcept {
  syscall(SYS_futex, reinterpret_cast<uint32_t*>(word), FUTEX_WAKE_PRIVATE, INT32_MAX, nullptr, nullptr, 0);
}

// Where all threads meet. WHY: this is not pthread_barrier_t, because the number of parties falls when threads end.
class MeetingPoint {
 public:
  void meet(uint32_t parties) noexcept {
    const uint32_t round = round_.load();
    if (arrived_.fetch_add(1) + 1 == parties) {
      arrived_.store(0);
      round_.store(round + 1);
      futex_wake_all(&round_);
      return;
    }
    while (round_.load() == round) futex_wait(&round_, round);
  }

 private:
  std::atomic<uint32_t> arrived_{0};
  std::atomic<uint32_t> round_{0};
};

// One thread's permission to run its next serial step: the turn it may take.
struct Baton {
  alignas(64) std::atomic<uint32_t> turn{0};

  void await(uint32_t turn_wanted) noexcept {
    for (int spin = 0; spin < 200; ++spin) {
      if (turn.load(std::memory_order_acquire) == turn_wanted) return;
#if defined(__x86_64__)
      __builtin_ia32_pause();
#else
      asm volatile("yield");
#endif
    }
    for (uint32_t seen = turn.load(); seen != turn_wanted; seen = turn.load()) futex_wait(&turn, seen);
  }
  void hand(uint32_t turn_given) noexcept {
    turn.store(turn_given, std::memory_order_release);
    futex_wake_all(&turn);
  }
};

class Run {
 public:
  explicit Run(Script script)
      : script_(std::move(script)),
        blocks_(new Block[script_.slots + 1]()),
        batons_(new Baton[script_.threads + 1]),
        threads_(new Worker[script_.threads + 1]) {}

  bool start() {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 256 * 1024);
    for (uint32_t index = 0; index < script_.threads; ++index) {
      threads_[index] = Worker{this, index, {}};
      if (pthread_create(&threads_[index].handle, &attributes, &Run::thread_main, &threads_[index]) != 0) return false;
    }
    pthread_attr_destroy(&attributes);
    return true;
  }

  // Runs until the script hands control over again, or ends.
  Meeting advance() noexcept {
    if (stopped_) meeting_point_.meet(script_.phases[next_phase_ - 1].parties);
    stopped_ = false;
    while (next_phase_ < script_.phases.size()) {
      const Phase& phase = script_.phases[next_phase_++];
      run_steps(phase, script_.threads);
      for (uint32_t ended : phase.exits) pthread_join(threads_[ended].handle, nullptr);
      meeting_point_.meet(phase.parties);
      stopped_ = phase.ends_with != Meeting::kBarrier && phase.ends_with != Meeting::kEnd;
      if (stopped_) return phase.ends_with;
    }
    return Meeting::kEnd;
  }

  // After the end: joins the threads and frees what the script left.
  void finish() noexcept {
    std::vector<bool> ended(script_.threads);
    for (const Phase& phase : script_.phases) {
      for (uint32_t index : phase.exits) ended[index] = true;
    }
    for (uint32_t index = 0; index < script_.threads; ++index) {
      if (!ended[index]) pthread_join(threads_[index].handle, nullptr);
    }
    for (uint32_t slot = 0; slot < script_.slots; ++slot) drop_block(slot, &blocks_[slot], &failures_);
  }

  const Failures& failures() const noexcept { return failures_; }

 private:
  struct Worker {
    Run* run;
    uint32_t index;
    pthread_t handle;
  };

  static void* thread_main(void* argument) {
    const Worker* worker = static_cast<Worker*>(argument);
    worker->run->thread_phases(worker->index);
    return nullptr;
  }

  void thread_phases(uint32_t index) noexcept {
    for (const Phase& phase : script_.phases) {
      run_steps(phase, index);
      for (uint32_t ended : phase.exits) {
        if (ended == index) return;
      }
      meeting_point_.meet(phase.parties);
      if (phase.ends_with != Meeting::kBarrier && phase.ends_with != Meeting::kEnd) meeting_point_.meet(phase.parties);
    }
  }

  void run_steps(const Phase& phase, uint32_t thread) noexcept {
    for (const Step& step : phase.steps[thread]) {
      if (phase.serial && step.turn != phase.first_turn) batons_[thread].await(step.turn);
      run_step(step, blocks_.get(), &failures_);
      if (phase.serial && step.next_thread != UINT32_MAX) batons_[step.next_thread].hand(step.turn + 1);
    }
  }

  Script script_;
  std::unique_ptr<Block[]> blocks_;
  std::unique_ptr<Baton[]> batons_;
  std::unique_ptr<Worker[]> threads_;
  MeetingPoint meeting_point_;
  Failures failures_;
  size_t next_phase_ = 0;
  bool stopped_ = false;
};

std::unique_ptr<Run> current_run;

napi_value fail(napi_env env, const std::string& message) {
  napi_throw_error(env, "GROUND_TRUTH", message.c_str());
  return nullptr;
}

// prepare(text): parses the script, starts its threads, and runs it up to the first stop.
napi_value prepare(napi_env env, napi_callback_info call) {
  size_t count = 1;
  napi_value argument = nullptr;
  size_t length = 0;
  napi_get_cb_info(env, call, &count, &argument, nullptr, nullptr);
  if (current_run != nullptr) return fail(env, "another script runs: finish() it first");
  if (napi_get_value_string_utf8(env, argument, nullptr, 0, &length) != napi_ok) return fail(env, "no script");
  std::string text(length, '\0');
  napi_get_value_string_utf8(env, argument, text.data(), length + 1, &length);
  Script script;
  const std::string problem = parse_script(text, &script);
  if (!problem.empty()) return fail(env, problem);
  current_run = std::make_unique<Run>(std::move(script));
  if (!current_run->start()) return fail(env, "a thread could not be started");
  return nullptr;
}

// advance(): runs to the next stop; its kind as the number of enum Meeting.
napi_value advance(napi_env env, napi_callback_info) {
  if (current_run == nullptr) return fail(env, "no script runs");
  const Meeting stop = current_run->advance();
  napi_value result = nullptr;
  napi_create_uint32(env, static_cast<uint32_t>(stop), &result);
  return result;
}

// finish(): ends the run; { count, messages } of the failures that its threads saw.
napi_value finish(napi_env env, napi_callback_info) {
  if (current_run == nullptr) return fail(env, "no script runs");
  current_run->finish();
  const Failures& failures = current_run->failures();
  napi_value result = nullptr, count = nullptr, messages = nullptr;
  napi_create_object(env, &result);
  napi_create_uint32(env, failures.count(), &count);
  napi_create_array(env, &messages);
  for (uint32_t index = 0; index < failures.count() && index < Failures::kKept; ++index) {
    napi_value message = nullptr;
    napi_create_string_utf8(env, failures.message(index), NAPI_AUTO_LENGTH, &message);
    napi_set_element(env, messages, index, message);
  }
  napi_set_named_property(env, result, "count", count);
  napi_set_named_property(env, result, "messages", messages);
  current_run.reset();
  return result;
}

void add_function(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  napi_set_named_property(env, exports, name, function);
}

} // namespace
} // namespace ground_truth

NAPI_MODULE_INIT() {
  ground_truth::add_function(env, exports, "prepare", ground_truth::prepare);
  ground_truth::add_function(env, exports, "advance", ground_truth::advance);
  ground_truth::add_function(env, exports, "finish", ground_truth::finish);
  return exports;
}
