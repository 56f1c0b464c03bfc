// startReporter(), joinReporter() and finishBefore() of the addon, for the agent of `benchmem exec`.
#ifndef BENCHMEM_BINDING_REPORTER_METHODS_H_
#define BENCHMEM_BINDING_REPORTER_METHODS_H_

#include <napi.h>

namespace benchmem::binding {

// startReporter({ token, path, intervalMs, signal }): this process's reporter, with this thread's heap in it.
Napi::Value start_reporter(const Napi::CallbackInfo& info);
// joinReporter(): a worker's heap too.
Napi::Value join_reporter(const Napi::CallbackInfo& info);
// finishBefore(fn): a native function of the same name that appends the last line, and then calls the given one.
Napi::Value finish_before(const Napi::CallbackInfo& info);

} // namespace benchmem::binding

#endif // BENCHMEM_BINDING_REPORTER_METHODS_H_
