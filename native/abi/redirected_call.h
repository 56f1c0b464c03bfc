// A function of the running executable that loaded objects call through their slots, and what takes its place there.
// Between the addon's own folders; no part of the versioned interface.
#ifndef BENCHMEM_ABI_REDIRECTED_CALL_H_
#define BENCHMEM_ABI_REDIRECTED_CALL_H_

namespace benchmem {

struct RedirectedCall {
  const char* symbol;
  void* hook;
  bool is_needed;             // nothing is redirected where the executable lacks this one
  void* definition = nullptr; // the executable's; null if it has none
};

} // namespace benchmem

#endif // BENCHMEM_ABI_REDIRECTED_CALL_H_
