// Figures of the C interface as the plain objects of src/native/contract.ts. Called after all were taken.
#ifndef BENCHMEM_BINDING_CONVERT_H_
#define BENCHMEM_BINDING_CONVERT_H_

#include <napi.h>

#include "abi/benchmem_abi.h"
#include "v8_heap/heap_observer.h"

namespace benchmem::binding {

// `heap` null: no JS heap figures; the object then has none. `has_mapped`: the other part of the sum is observed.
Napi::Object reading_object(Napi::Env env, const benchmem_reading& reading, const v8_heap::HeapFigures* heap,
                            bool has_mapped);
Napi::Object mapping_row(Napi::Env env, const benchmem_mapping_totals& totals);
Napi::Object allocator_object(Napi::Env env, const benchmem_allocator_figures& figures);
Napi::Object shared_object_row(Napi::Env env, const benchmem_object_totals& totals);
// `js_unsupported` null: JS heap figures exist.
Napi::Object description_object(Napi::Env env, const benchmem_self_description& description,
                                const char* js_unsupported);

} // namespace benchmem::binding

#endif // BENCHMEM_BINDING_CONVERT_H_
