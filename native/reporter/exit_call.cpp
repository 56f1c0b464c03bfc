// node::AtExit of the current environment, found in the running executable: it is part of node's C++ interface.
#include "reporter/exit_call.h"

#include "v8_heap/libuv.h"
#include "v8_heap/symbols.h"

namespace benchmem::reporter {
namespace {

using v8_heap::find_exported;

// A local handle is one pointer, and is passed as one.
using CurrentContext = void* (*)(v8_heap::Isolate* isolate);
using CurrentEnvironment = void* (*)(void* context);
using AtExit = void (*)(void* environment, void (*callback)(void*), void* argument);

void (*told)() = nullptr;

void on_exit(void*) { told(); }

} // namespace

void at_exit_call(void (*callback)()) noexcept {
  CurrentContext current_context = nullptr;
  CurrentEnvironment current_environment = nullptr;
  AtExit at_exit = nullptr;
  if (v8_heap::missing_symbol() != nullptr || !find_exported(current_context, "_ZN2v87Isolate17GetCurrentContextEv") ||
      !find_exported(current_environment, "_ZN4node21GetCurrentEnvironmentEN2v85LocalINS0_7ContextEEE") ||
      !find_exported(at_exit, "_ZN4node6AtExitEPNS_11EnvironmentEPFvPvES2_")) {
    return;
  }
  v8_heap::Isolate* isolate = v8_heap::symbols().try_get_current();
  void* context = isolate == nullptr ? nullptr : current_context(isolate);
  void* environment = context == nullptr ? nullptr : current_environment(context);
  if (environment == nullptr) return;
  told = callback;
  at_exit(environment, on_exit, nullptr);
}

} // namespace benchmem::reporter
