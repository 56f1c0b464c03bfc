// Reaches a thread that waits in its event loop, so that its heap is read while it idles: a libuv async handle that
// keeps nothing alive. What runs JavaScript is reached by V8's interrupt instead.
#ifndef BENCHMEM_BINDING_THREAD_WAKER_H_
#define BENCHMEM_BINDING_THREAD_WAKER_H_

#include <napi.h>

namespace benchmem::binding {

class Environment;

// From here to the environment's cleanup its observer has a waker, where this runtime has what that takes; else the
// thread is read when it next runs JavaScript. WHY: this is no thread-safe function of Node-API, because its calls
// allocate, on both threads, in somebody's window.
void install_waker(napi_env env, Environment* environment) noexcept;

} // namespace benchmem::binding

#endif // BENCHMEM_BINDING_THREAD_WAKER_H_
