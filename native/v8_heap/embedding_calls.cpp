// Each hook does what was asked for, and tells the observers: after a making and an entering, before an exit and an end.
// What node and V8 call of themselves does not come by here: neither the main isolate nor a worker's.
#include "v8_heap/embedding_calls.h"

#include <atomic>

#include "v8_heap/heap_observer.h"
#include "v8_heap/symbols.h"

namespace benchmem::v8_heap {
namespace {

// Whatever type: each parameter is an address, or the C++ ABI passes its address.
using Address = const void*;

enum Call {
  kInitialize,
  kNew,
  kNewInGroup,
  kNodeNew,
  kNodeNewOwned,
  kNodeNewShared,
  kSnapshot,
  kSnapshotOf,
  kSnapshotOfOwned,
  kSnapshotBy,
  kSnapshotOfBy,
  kSnapshotEnd,
  kDispose,
  kDeinitialize,
  kEnter,
  kExit
};
extern RedirectedCall calls[];

std::atomic<const benchmem_abi*> observed_by{nullptr};

Isolate* made(Isolate* isolate) noexcept {
  if (isolate != nullptr) HeapObserver::embedded_made(*observed_by.load(std::memory_order_acquire), isolate);
  return isolate;
}

template <class Function>
Function definition(Call call) noexcept {
  return reinterpret_cast<Function>(calls[call].definition);
}

void initialize(Isolate* isolate, Address params) {
  definition<void (*)(Isolate*, Address)>(kInitialize)(isolate, params);
  made(isolate);
}

template <Call kCall, class... Addresses>
Isolate* make(Addresses... addresses) {
  return made(definition<Isolate* (*)(Addresses...)>(kCall)(addresses...));
}

// A SnapshotCreator makes the isolate that it is given ready for use, or one of its own, and disposes of it at its end.
template <Call kCall, class... Addresses>
void make_for_snapshot(void* creator, Addresses... addresses) {
  definition<void (*)(void*, Addresses...)>(kCall)(creator, addresses...);
  made(symbols().snapshot_isolate(creator));
}

void make_owned_for_snapshot(void* creator, Address isolate, Address references, Address blob, bool is_owned) {
  definition<void (*)(void*, Address, Address, Address, bool)>(kSnapshotOfOwned)(creator, isolate, references, blob,
                                                                                 is_owned);
  if (is_owned) made(symbols().snapshot_isolate(creator));
}

void end_snapshot(void* creator) {
  HeapObserver::embedded_ends(symbols().snapshot_isolate(creator));
  definition<void (*)(void*)>(kSnapshotEnd)(creator);
}

template <Call kCall>
void end(Isolate* isolate) {
  HeapObserver::embedded_ends(isolate);
  definition<void (*)(Isolate*)>(kCall)(isolate);
}

void enter(Isolate* isolate) {
  definition<void (*)(Isolate*)>(kEnter)(isolate);
  HeapObserver::embedded_entered(isolate);
}

void exit(Isolate* isolate) {
  HeapObserver::embedded_leaves(isolate);
  definition<void (*)(Isolate*)>(kExit)(isolate);
}

template <class... Parameters, class Result>
void* hook(Result (*function)(Parameters...)) noexcept {
  return reinterpret_cast<void*>(function);
}

// In the order of Call. The newer V8s have isolate groups and the two steps of an end.
#define BENCHMEM_NODE_SETTINGS "EP9uv_loop_sPNS_20MultiIsolatePlatformEPKNS_"
RedirectedCall calls[] = {
    {"_ZN2v87Isolate10InitializeEPS0_RKNS0_12CreateParamsE", hook(initialize), true},
    {"_ZN2v87Isolate3NewERKNS0_12CreateParamsE", hook(make<kNew, Address>), true},
    {"_ZN2v87Isolate3NewERKNS_12IsolateGroupERKNS0_12CreateParamsE", hook(make<kNewInGroup, Address, Address>), false},
    {"_ZN4node10NewIsolateEPN2v87Isolate12CreateParams" BENCHMEM_NODE_SETTINGS "12SnapshotDataERKNS_15IsolateSettingsE",
     hook(make<kNodeNew, Address, Address, Address, Address, Address>), false},
    {"_ZN4node10NewIsolateEPNS_20ArrayBufferAllocator" BENCHMEM_NODE_SETTINGS
     "20EmbedderSnapshotDataERKNS_15IsolateSettingsE",
     hook(make<kNodeNewOwned, Address, Address, Address, Address, Address>), false},
    {"_ZN4node10NewIsolateESt10shared_ptrINS_20ArrayBufferAllocatorE" BENCHMEM_NODE_SETTINGS
     "20EmbedderSnapshotDataERKNS_15IsolateSettingsE",
     hook(make<kNodeNewShared, Address, Address, Address, Address, Address>), false},
    {"_ZN2v815SnapshotCreatorC1EPKlPKNS_11StartupDataE", hook(make_for_snapshot<kSnapshot, Address, Address>), false},
    {"_ZN2v815SnapshotCreatorC1EPNS_7IsolateEPKlPKNS_11StartupDataE",
     hook(make_for_snapshot<kSnapshotOf, Address, Address, Address>), false},
    {"_ZN2v815SnapshotCreatorC1EPNS_7IsolateEPKlPKNS_11StartupDataEb", hook(make_owned_for_snapshot), false},
    {"_ZN2v815SnapshotCreatorC1ERKNS_7Isolate12CreateParamsE", hook(make_for_snapshot<kSnapshotBy, Address>), false},
    {"_ZN2v815SnapshotCreatorC1EPNS_7IsolateERKNS1_12CreateParamsE",
     hook(make_for_snapshot<kSnapshotOfBy, Address, Address>), false},
    {"_ZN2v815SnapshotCreatorD1Ev", hook(end_snapshot), true},
    {"_ZN2v87Isolate7DisposeEv", hook(end<kDispose>), true},
    {"_ZN2v87Isolate12DeinitializeEv", hook(end<kDeinitialize>), false},
    {"_ZN2v87Isolate5EnterEv", hook(enter), true},
    {"_ZN2v87Isolate4ExitEv", hook(exit), true},
};
#undef BENCHMEM_NODE_SETTINGS

} // namespace

EmbeddingCalls embedding_calls(const benchmem_abi& abi) noexcept {
  const bool is_known = symbols().is_locked_here != nullptr && symbols().snapshot_isolate != nullptr;
  if (missing_symbol() != nullptr || !is_known) return {nullptr, 0};
  observed_by.store(&abi, std::memory_order_release);
  return {calls, sizeof(calls) / sizeof(*calls)};
}

} // namespace benchmem::v8_heap
