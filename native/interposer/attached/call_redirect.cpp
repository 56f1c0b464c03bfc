// Calls of the executable's functions: the executable's symbols are moved first, so that whatever binds from here on binds
// to the hooks, then the slots that were bound before. See attached.h.
#include <atomic>
#include <cstring>

#include "interposer/attached/attached.h"

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__)) && defined(__GLIBC__)

#include "interposer/attached/function_slots.h"
#include "interposer/attached/symbol_redirect.h"
#include "interposer/attached/writable_word.h"

namespace benchmem::attached {
namespace {

enum class Progress { kOut, kAtWork, kIn, kRefused };
// WHY: there is no lock, because a child forked meanwhile then has none to wait for. Whoever comes while another is at
// work is answered no.
std::atomic<Progress> progress{Progress::kOut};

// The executable is the first of the loader's list, and its own calls are its own business.
struct Process {
  LoadedObjects objects;

  bool collect() noexcept { return objects.collect() && objects.size() != 0; }
  ElfObject executable() const noexcept {
    return ElfObject(objects[0].base, objects[0].headers, objects[0].header_count);
  }
};

// A symbol that an incomplete restore_calls() left with us still has its definition on record.
bool find_definitions(const ElfObject& executable, RedirectedCall* calls, size_t count) noexcept {
  for (RedirectedCall* call = calls; call != calls + count; ++call) {
    const ElfW(Sym)* symbol = executable.find_definition(call->symbol);
    if (symbol == nullptr && call->is_needed) return false;
    if (symbol != nullptr && executable.address_of(*symbol) == call->hook) continue;
    call->definition = symbol == nullptr ? nullptr : executable.address_of(*symbol);
  }
  return true;
}

enum class Way { kToHooks, kBack };

// Symbols first: what binds meanwhile is found in the slots.
bool move_calls(const Process& process, const RedirectedCall* calls, size_t count, Way way) noexcept {
  const ElfObject executable = process.executable();
  bool done = true;
  const auto from = [way](const RedirectedCall& call) { return way == Way::kToHooks ? call.definition : call.hook; };
  const auto to = [way](const RedirectedCall& call) { return way == Way::kToHooks ? call.hook : call.definition; };
  for (const RedirectedCall* call = calls; call != calls + count; ++call) {
    if (call->definition != nullptr) done &= move_symbol(executable, call->symbol, from(*call), to(*call));
  }
  const auto move_slot = [&](const ElfObject& object, void** slot, const char* name) {
    for (const RedirectedCall* call = calls; call != calls + count; ++call) {
      if (call->definition == nullptr || load_slot(slot) != from(*call)) continue;
      if (std::strcmp(call->symbol, name) == 0) return store_slot(object, slot, to(*call));
    }
    return true;
  };
  visit_objects(process.objects, [&](const ElfObject& object) {
    if (object.base() == executable.base()) return true;
    done &= visit_function_slots(object, [&](void** slot, const char* name) { return move_slot(object, slot, name); });
    return true;
  });
  return done;
}

bool redirect(RedirectedCall* calls, size_t count) noexcept {
  Process process;
  if (!process.collect() || !find_definitions(process.executable(), calls, count)) return false;
  if (move_calls(process, calls, count, Way::kToHooks)) return true;
  static_cast<void>(move_calls(process, calls, count, Way::kBack));
  return false;
}

} // namespace

bool redirect_calls(RedirectedCall* calls, size_t count) noexcept {
  Progress expected = Progress::kOut;
  if (progress.compare_exchange_strong(expected, Progress::kAtWork, std::memory_order_acq_rel)) {
    expected = redirect(calls, count) ? Progress::kIn : Progress::kRefused;
    progress.store(expected, std::memory_order_release);
  }
  return expected == Progress::kIn;
}

bool restore_calls(RedirectedCall* calls, size_t count) noexcept {
  Progress expected = Progress::kIn;
  if (!progress.compare_exchange_strong(expected, Progress::kAtWork, std::memory_order_acq_rel)) return false;
  Process process;
  const bool done = process.collect() && move_calls(process, calls, count, Way::kBack);
  progress.store(done ? Progress::kOut : Progress::kIn, std::memory_order_release);
  return done;
}

} // namespace benchmem::attached

#endif
