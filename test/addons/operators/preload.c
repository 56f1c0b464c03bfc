// An allocator that serves C++ by itself: its operators do not pass through malloc. The counter of the completeness
// tests with operators of its own; they are counted too.
#include "../completeness/preload.c"

#define OPERATOR_NEW(name) \
  EXPORTED void* name(size_t bytes) { return counted(__libc_malloc(bytes)); }
#define OPERATOR_NEW_NOTHROW(name)                          \
  EXPORTED void* name(size_t bytes, const void* nothrow) { \
    (void)nothrow;                                          \
    return counted(__libc_malloc(bytes));                   \
  }
#define OPERATOR_DELETE(name) \
  EXPORTED void name(void* block) { __libc_free(block); }

OPERATOR_NEW(_Znwm)
OPERATOR_NEW(_Znam)
OPERATOR_NEW_NOTHROW(_ZnwmRKSt9nothrow_t)
OPERATOR_NEW_NOTHROW(_ZnamRKSt9nothrow_t)
OPERATOR_DELETE(_ZdlPv)
OPERATOR_DELETE(_ZdaPv)
OPERATOR_DELETE(_ZdlPvm)
OPERATOR_DELETE(_ZdaPvm)
OPERATOR_DELETE(_ZdlPvRKSt9nothrow_t)
OPERATOR_DELETE(_ZdaPvRKSt9nothrow_t)
