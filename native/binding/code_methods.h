// What JavaScript asks of V8's code and of names: listening for a profile, demangling.
#ifndef BENCHMEM_BINDING_CODE_METHODS_H_
#define BENCHMEM_BINDING_CODE_METHODS_H_

#include <napi.h>

namespace benchmem::binding {

Napi::Value listen_to_code(const Napi::CallbackInfo& info);
Napi::Value code_figures(const Napi::CallbackInfo& info);
Napi::Value demangle(const Napi::CallbackInfo& info);

// Of a profile's reading: `functions`, `functionScripts`, and `jsFramesRefused` where there are no JavaScript frames.
void set_functions(Napi::Object& reading);

} // namespace benchmem::binding

#endif // BENCHMEM_BINDING_CODE_METHODS_H_
