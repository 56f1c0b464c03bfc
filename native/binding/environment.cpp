// The life of an environment: observer acquired and self-tested at load, window closed and observer released
// at teardown (a worker that exits, process.exit).
#include "binding/environment.h"

#include <atomic>
#include <cstring>
#include <new>

#include "binding/heap_probes.h"
#include "binding/thread_waker.h"
#include "interposer/attached/attached.h"
#include "v8_heap/embedding_calls.h"
#include "v8_heap/self_test.h"
#include "v8_heap/stack_annotator.h"
#include "v8_heap/symbols.h"
#include "v8_heap/worker_adoption.h"

namespace benchmem::binding {
namespace {

std::atomic<uint64_t> last_token{0};

} // namespace

Environment* Environment::create(Napi::Env env, const benchmem_abi& abi) {
  auto* self = new (std::nothrow) Environment(abi);
  if (self == nullptr || napi_add_env_cleanup_hook(env, tear_down, self) != napi_ok) {
    delete self;
    return nullptr;
  }
  self->observe_heap(env);
  if (v8_heap::symbols().try_get_current != nullptr) self->isolate_ = v8_heap::symbols().try_get_current();
  v8_heap::follow_listening(abi, self->isolate_);
  return self;
}

void Environment::tear_down(void* context) {
  auto* self = static_cast<Environment*>(context);
  if (self->open_token_ != 0) {
    benchmem_reading reading;
    v8_heap::HeapFigures heap;
    // Whatever it answers, nobody is left to be told, and the next environment can open a window.
    static_cast<void>(self->close_window(self->open_token_, &reading, &heap));
  }
  if (self->heap_ != nullptr) self->give_up_heap(nullptr);
  v8_heap::end_listening(self->isolate_);
  delete self;
}

void Environment::observe_heap(Napi::Env env) {
  if (v8_heap::missing_symbol() != nullptr) {
    why_no_heap_ = v8_heap::missing_symbol_reason();
    return;
  }
  heap_ = v8_heap::HeapObserver::acquire(abi_);
  if (heap_ == nullptr) {
    why_no_heap_ = "the heap of this thread could not be watched: no isolate, or no memory for the observer";
    return;
  }
  const char* verdict = v8_heap::check_layout(*heap_, heap_probes(&env));
  if (verdict != nullptr) {
    give_up_heap(verdict);
    return;
  }
  install_waker(env, this);
}

void Environment::adopt_workers() const noexcept {
  benchmem_self_description description{};
  abi_.describe(&description);
  if (std::strcmp(description.mode, "attached") == 0) v8_heap::adopt_workers(abi_);
}

// WHY: a refusal is no error here, because such an isolate's pages show as unobserved then.
void Environment::observe_embedded() const noexcept {
  if (heap_ == nullptr) return;
  const v8_heap::EmbeddingCalls calls = v8_heap::embedding_calls(abi_);
  if (calls.count > 0) static_cast<void>(attached::redirect_calls(calls.first, calls.count));
}

void Environment::forget_embedded() const noexcept {
  const v8_heap::EmbeddingCalls calls = v8_heap::embedding_calls(abi_);
  if (calls.count > 0 && attached::restore_calls(calls.first, calls.count)) v8_heap::HeapObserver::forget_embedded();
}

bool Environment::recognises_buffers() noexcept {
  if (recognises_buffers_) return true;
  benchmem_self_description description{};
  abi_.describe(&description);
  return recognises_buffers_ = description.engine_split_exact != 0;
}

void Environment::give_up_heap(const char* why) noexcept {
  heap_->set_waker({});
  heap_->release();
  heap_ = nullptr;
  why_no_heap_ = why;
}

void Environment::collect_floor() noexcept {
  if (heap_ == nullptr || heap_->collect_floor() || open_token_ != 0) return;
  give_up_heap("V8 calls no collection callbacks here: a full collection came without one");
}

void Environment::collect() noexcept {
  if (heap_ != nullptr) heap_->collect();
}

void Environment::collect_again() noexcept {
  if (heap_ != nullptr) heap_->collect_again();
}

// WHY: a failure is no error here, because a profile without JavaScript says why.
void Environment::name_javascript() noexcept {
  if (v8_heap::isolate_number(isolate_) == 0) {
    listens_for_profile_ = v8_heap::listen_to_code(abi_, {/* inlines: */ true});
    if (listens_for_profile_ && heap_ != nullptr) heap_->ask_others_to_follow();
  }
  static_cast<void>(abi_.set_stack_annotator(v8_heap::annotate_stack, nullptr));
}

void Environment::name_no_javascript() noexcept {
  static_cast<void>(abi_.set_stack_annotator(nullptr, nullptr));
  if (!listens_for_profile_) return;
  listens_for_profile_ = false;
  v8_heap::let_nobody_follow();
  v8_heap::stop_listening(isolate_);
  if (heap_ != nullptr) heap_->ask_others_to_follow();
}

uint64_t Environment::next_token() noexcept { return last_token.fetch_add(1, std::memory_order_relaxed) + 1; }

benchmem_status Environment::open_window(uint64_t token, const v8_heap::WindowRequest& request) noexcept {
  const benchmem_status status =
      heap_ != nullptr ? heap_->open_window(request, &core_token_) : abi_.window_open(&request.tracked, &core_token_);
  if (status == BENCHMEM_OK) open_token_ = token;
  return status;
}

benchmem_status Environment::drain_window(uint64_t token) noexcept {
  const uint64_t core = core_token(token);
  if (core == 0) return BENCHMEM_NO_WINDOW;
  return heap_ != nullptr ? heap_->drain_window(core) : abi_.window_drain(core);
}

benchmem_status Environment::read_window(uint64_t token, benchmem_reading* out, v8_heap::HeapFigures* heap) noexcept {
  const uint64_t core = core_token(token);
  if (core == 0) return BENCHMEM_NO_WINDOW;
  return heap_ != nullptr ? heap_->read_window(core, out, heap) : abi_.window_read(core, out);
}

benchmem_status Environment::close_window(uint64_t token, benchmem_reading* out, v8_heap::HeapFigures* heap) noexcept {
  const uint64_t core = core_token(token);
  if (core == 0) return BENCHMEM_NO_WINDOW;
  const benchmem_status status = heap_ != nullptr ? heap_->close_window(core, out, heap) : abi_.window_close(core, out);
  open_token_ = 0; // in every case: what the core refused to close is not ours any more
  return status;
}

} // namespace benchmem::binding
