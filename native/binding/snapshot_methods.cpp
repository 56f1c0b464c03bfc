#include "binding/snapshot_methods.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "binding/errors.h"
#include "v8_heap/heap_ids.h"

namespace benchmem::binding {

Napi::Value mark_heap_ids(const Napi::CallbackInfo& info) {
  const uint32_t mark = v8_heap::mark_heap_ids();
  if (mark != 0) return Napi::Number::New(info.Env(), mark);
  return throw_error(info.Env(), "NOT_AVAILABLE", "this runtime's V8 does not number the objects of its heap",
                     "use Node.js 20 or later from nodejs.org");
}

// WHY: node's own pipes are not used, because its pipes to children are sockets, which nobody can open by a path.
Napi::Value open_pipe(const Napi::CallbackInfo& info) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    const std::string message = std::string("no pipe can be made: ") + std::strerror(errno);
    return throw_error(info.Env(), "NOT_AVAILABLE", message.c_str(), "raise the limit, for example: ulimit -n 1024");
  }
  Napi::Array pair = Napi::Array::New(info.Env(), 2);
  pair.Set(uint32_t{0}, Napi::Number::New(info.Env(), ends[0]));
  pair.Set(uint32_t{1}, Napi::Number::New(info.Env(), ends[1]));
  return pair;
}

} // namespace benchmem::binding
