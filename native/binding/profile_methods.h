// startProfile(), stopProfile(), readProfile() of the addon.
#ifndef BENCHMEM_BINDING_PROFILE_METHODS_H_
#define BENCHMEM_BINDING_PROFILE_METHODS_H_

#include <napi.h>

namespace benchmem::binding {

Napi::Value start_profile(const Napi::CallbackInfo& info);
Napi::Value stop_profile(const Napi::CallbackInfo& info);
// readProfile(token): what the window's stacks allocated, as a ProfileReading of src/native/contract.ts.
Napi::Value read_profile(const Napi::CallbackInfo& info);

} // namespace benchmem::binding

#endif // BENCHMEM_BINDING_PROFILE_METHODS_H_
