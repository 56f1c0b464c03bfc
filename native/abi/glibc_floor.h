/* Keeps the shipped binaries loadable on glibc 2.28: pins each symbol to which a newer glibc gave a newer version.
 * Force-included everywhere (-include), jemalloc too. glibc on x86-64 and arm64 only; elsewhere it is empty.
 * A name that is not used costs nothing. What has no older version at all (stat, fstat, lstat, gettid,
 * arc4random, __libc_single_threaded) cannot be pinned and must not be used.
 * BENCHMEM_PRELOAD is defined where libbenchmem.so is built, and nowhere else. */
#ifndef BENCHMEM_ABI_GLIBC_FLOOR_H_
#define BENCHMEM_ABI_GLIBC_FLOOR_H_

/* WHY: features.h is not included, because it would freeze _GNU_SOURCE for the file behind. */
#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__)) && !defined(__ILP32__) && \
    !defined(__ASSEMBLER__) && defined(__has_include)
#if __has_include(<gnu/libc-version.h>)

/* The versions below are x86-64's. arm64's glibc begins with 2.17, which is the version of all that was there then. */
#if defined(__aarch64__)
#define BENCHMEM_FLOOR(version) "@GLIBC_2.17"
#else
#define BENCHMEM_FLOOR(version) "@GLIBC_" #version
#endif
#define BENCHMEM_PIN(name, version) __asm__(".symver " #name ", " #name BENCHMEM_FLOOR(version));
/* The C23 forms that headers of glibc 2.38 and later substitute silently. */
#define BENCHMEM_PIN_C23(name, version) __asm__(".symver __isoc23_" #name ", " #name BENCHMEM_FLOOR(version));

BENCHMEM_PIN(dladdr, 2.2.5)
/* libbenchmem.so defines its own. */
#ifndef BENCHMEM_PRELOAD
BENCHMEM_PIN(dlclose, 2.2.5)
#endif
BENCHMEM_PIN(dlerror, 2.2.5)
BENCHMEM_PIN(dlopen, 2.2.5)
BENCHMEM_PIN(dlsym, 2.2.5)
BENCHMEM_PIN(dlvsym, 2.2.5)
BENCHMEM_PIN(__pthread_key_create, 2.2.5)
BENCHMEM_PIN(pthread_create, 2.2.5)
BENCHMEM_PIN(pthread_detach, 2.2.5)
BENCHMEM_PIN(pthread_join, 2.2.5)
BENCHMEM_PIN(pthread_once, 2.2.5)
BENCHMEM_PIN(pthread_kill, 2.2.5)
BENCHMEM_PIN(pthread_sigmask, 2.2.5)
BENCHMEM_PIN(pthread_cancel, 2.2.5)
BENCHMEM_PIN(pthread_getattr_np, 2.2.5)
BENCHMEM_PIN(pthread_getcpuclockid, 2.2.5)
BENCHMEM_PIN(pthread_getspecific, 2.2.5)
BENCHMEM_PIN(pthread_setspecific, 2.2.5)
BENCHMEM_PIN(pthread_key_create, 2.2.5)
BENCHMEM_PIN(pthread_key_delete, 2.2.5)
BENCHMEM_PIN(pthread_attr_getstack, 2.2.5)
BENCHMEM_PIN(pthread_attr_getstacksize, 2.2.5)
BENCHMEM_PIN(pthread_attr_setstack, 2.2.5)
BENCHMEM_PIN(pthread_attr_setstacksize, 2.2.5)
BENCHMEM_PIN(pthread_attr_getguardsize, 2.2.5)
BENCHMEM_PIN(pthread_attr_setguardsize, 2.2.5)
BENCHMEM_PIN(pthread_mutex_timedlock, 2.2.5)
BENCHMEM_PIN(pthread_mutex_trylock, 2.2.5)
BENCHMEM_PIN(pthread_mutexattr_init, 2.2.5)
BENCHMEM_PIN(pthread_mutexattr_destroy, 2.2.5)
BENCHMEM_PIN(pthread_mutexattr_gettype, 2.2.5)
BENCHMEM_PIN(pthread_mutexattr_settype, 2.2.5)
BENCHMEM_PIN(pthread_mutexattr_setpshared, 2.2.5)
BENCHMEM_PIN(pthread_rwlock_init, 2.2.5)
BENCHMEM_PIN(pthread_rwlock_destroy, 2.2.5)
BENCHMEM_PIN(pthread_rwlock_rdlock, 2.2.5)
BENCHMEM_PIN(pthread_rwlock_tryrdlock, 2.2.5)
BENCHMEM_PIN(pthread_rwlock_wrlock, 2.2.5)
BENCHMEM_PIN(pthread_rwlock_trywrlock, 2.2.5)
BENCHMEM_PIN(pthread_rwlock_unlock, 2.2.5)
BENCHMEM_PIN(pthread_spin_init, 2.2.5)
BENCHMEM_PIN(pthread_spin_destroy, 2.2.5)
BENCHMEM_PIN(pthread_spin_lock, 2.2.5)
BENCHMEM_PIN(pthread_spin_trylock, 2.2.5)
BENCHMEM_PIN(pthread_spin_unlock, 2.2.5)
BENCHMEM_PIN(pthread_barrier_init, 2.2.5)
BENCHMEM_PIN(pthread_barrier_destroy, 2.2.5)
BENCHMEM_PIN(pthread_barrier_wait, 2.2.5)
BENCHMEM_PIN(sem_init, 2.2.5)
BENCHMEM_PIN(sem_destroy, 2.2.5)
BENCHMEM_PIN(sem_post, 2.2.5)
BENCHMEM_PIN(sem_wait, 2.2.5)
BENCHMEM_PIN(sem_trywait, 2.2.5)
BENCHMEM_PIN(sem_timedwait, 2.2.5)
BENCHMEM_PIN(sem_getvalue, 2.2.5)
BENCHMEM_PIN(shm_open, 2.2.5)
BENCHMEM_PIN(shm_unlink, 2.2.5)
BENCHMEM_PIN(exp, 2.2.5)
BENCHMEM_PIN(exp2, 2.2.5)
BENCHMEM_PIN(log, 2.2.5)
BENCHMEM_PIN(log2, 2.2.5)
BENCHMEM_PIN(pow, 2.2.5)
BENCHMEM_PIN(hypot, 2.2.5)

BENCHMEM_PIN(dladdr1, 2.3.3)
BENCHMEM_PIN(dlinfo, 2.3.3)
BENCHMEM_PIN(pthread_condattr_setclock, 2.3.3)
BENCHMEM_PIN(timer_create, 2.3.3)
BENCHMEM_PIN(timer_delete, 2.3.3)
BENCHMEM_PIN(timer_settime, 2.3.3)

BENCHMEM_PIN(dlmopen, 2.3.4)
BENCHMEM_PIN(pthread_getaffinity_np, 2.3.4)
BENCHMEM_PIN(pthread_setaffinity_np, 2.3.4)

BENCHMEM_PIN(pthread_getname_np, 2.12)
BENCHMEM_PIN(pthread_setname_np, 2.12)

BENCHMEM_PIN_C23(strtol, 2.2.5)
BENCHMEM_PIN_C23(strtoll, 2.2.5)
BENCHMEM_PIN_C23(strtoul, 2.2.5)
BENCHMEM_PIN_C23(strtoull, 2.2.5)

#undef BENCHMEM_PIN
#undef BENCHMEM_PIN_C23
#undef BENCHMEM_FLOOR

#endif
#endif

#endif /* BENCHMEM_ABI_GLIBC_FLOOR_H_ */
