// Status codes in words. ONLY: `Napi::Error::New`. The message says what happened, the hint what to do next.
#include "binding/errors.h"

#include <cstdio>

namespace benchmem::binding {

Napi::Value throw_error(Napi::Env env, const char* code, const std::string& message, const char* hint) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", code);
  error.Set("hint", hint);
  error.ThrowAsJavaScriptException();
  return env.Undefined();
}

Napi::Value throw_status(Napi::Env env, benchmem_status status, const benchmem_abi& abi) {
  switch (status) {
    case BENCHMEM_WINDOW_OPEN:
      return throw_error(env, "WINDOW_OPEN", "a measurement window is already open in this process",
                         "await or close the running measurement first: there is one window per process");
    case BENCHMEM_NO_WINDOW:
      return throw_error(env, "NO_WINDOW", "the token names no window that this thread opened",
                         "use the token of the last openWindow(), once, on the thread that opened it");
    case BENCHMEM_WRONG_PHASE:
      return throw_error(env, "WRONG_PHASE", "the window's measuring phase has ended already",
                         "drain a window once; then read or close it");
    case BENCHMEM_OUT_OF_MEMORY:
      return throw_error(env, "OUT_OF_MEMORY", "the system refused the pages that the accounting needs",
                         "raise the memory limit of this process, or measure a smaller piece of work");
    case BENCHMEM_NOT_INSTALLED:
      return throw_error(env, "NOT_INSTALLED", "the allocator of this process is not being watched",
                         "call install() before openWindow()");
    case BENCHMEM_INVALID_REPORT:
      return throw_error(env, "INVALID_REPORT",
                         "an allocator reported a block that is not 16-byte aligned, or one where another is live, or "
                         "began to take memory of its own and never ended it",
                         "the addon that includes benchmem_allocator.h must keep the rules in its opening comment");
    case BENCHMEM_NO_PROFILE:
      return throw_error(env, "NO_PROFILE", "no profile was started before the window was opened",
                         "call startProfile() before openWindow()");
    default: {
      benchmem_self_description description{};
      abi.describe(&description);
      const char* reason = description.unsupported_reason;
      return throw_error(env, "UNSUPPORTED_RUNTIME",
                         std::string("this process cannot be measured: ") +
                             (reason[0] != '\0' ? reason : "the allocator's table has no such function"),
                         "measure with an official Node.js build on Linux x86-64 or arm64 with glibc");
    }
  }
}

Napi::Value throw_preload_version(Napi::Env env, uint32_t found_version) {
  char message[160];
  std::snprintf(message, sizeof(message),
                "the preloaded libbenchmem.so has interface version %u, this addon has version %u", found_version,
                BENCHMEM_ABI_VERSION);
  return throw_error(env, "PRELOAD_VERSION", message,
                     "preload the library of the same benchmem package, or leave LD_PRELOAD empty");
}

} // namespace benchmem::binding
