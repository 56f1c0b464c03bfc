// JavaScript errors of the native side. Each has a `code` and a `hint`.
#ifndef BENCHMEM_BINDING_ERRORS_H_
#define BENCHMEM_BINDING_ERRORS_H_

#include <napi.h>

#include <string>

#include "abi/benchmem_abi.h"

namespace benchmem::binding {

// Leaves the exception pending and returns undefined, so that a caller can `return throw_error(...)`.
Napi::Value throw_error(Napi::Env env, const char* code, const std::string& message, const char* hint);

// For any status but BENCHMEM_OK. UNSUPPORTED_RUNTIME quotes the table's own reason.
Napi::Value throw_status(Napi::Env env, benchmem_status status, const benchmem_abi& abi);

Napi::Value throw_preload_version(Napi::Env env, uint32_t found_version);

} // namespace benchmem::binding

#endif // BENCHMEM_BINDING_ERRORS_H_
