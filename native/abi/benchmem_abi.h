/* The versioned C interface between whoever interposes the allocator and the addon that reads the figures.
 * Two objects implement it: libbenchmem.so (preloaded mode) and the addon's own interposer (attached mode).
 * Plain C, fixed-width fields, no allocation on either side: every buffer belongs to the caller.
 * A change of any struct here raises BENCHMEM_ABI_VERSION; the addon refuses a library of another version. */
#ifndef BENCHMEM_ABI_H_
#define BENCHMEM_ABI_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BENCHMEM_ABI_VERSION 6u
/* The symbol that libbenchmem.so exports: `const struct benchmem_abi* benchmem_abi_table(void)`. */
#define BENCHMEM_ABI_SYMBOL "benchmem_abi_table"

enum benchmem_status {
  BENCHMEM_OK = 0,
  BENCHMEM_WINDOW_OPEN = 1,    /* another window is open in this process */
  BENCHMEM_NO_WINDOW = 2,      /* the token names no open window */
  BENCHMEM_WRONG_PHASE = 3,    /* e.g. drain of a window that is already draining */
  BENCHMEM_OUT_OF_MEMORY = 4,  /* the tracker could not map its own pages */
  BENCHMEM_UNSUPPORTED = 5,    /* this process cannot be measured; see unsupported_reason */
  BENCHMEM_NOT_INSTALLED = 6,  /* attached mode before install() */
  BENCHMEM_NOT_AVAILABLE = 7,  /* this figure does not exist in this mode */
  BENCHMEM_INVALID_REPORT = 8, /* an allocator broke the rules of benchmem_allocator.h: the window has no figures */
  BENCHMEM_NO_PROFILE = 9      /* no profile was on when the window opened */
};

/* Who allocated, told apart by the direct caller's address. */
enum benchmem_source { BENCHMEM_PROGRAM = 0, BENCHMEM_ENGINE = 1, BENCHMEM_SOURCE_COUNT = 2 };

/* Parts of the combined sum that do not come from malloc. Bytes above the level at the window's opening. */
enum benchmem_part { BENCHMEM_PART_JS = 0, BENCHMEM_PART_MAPPED_OTHER = 1, BENCHMEM_PART_COUNT = 2 };

enum benchmem_threads { BENCHMEM_ALL_THREADS = 0, BENCHMEM_CURRENT_THREAD = 1 };
enum benchmem_phase { BENCHMEM_CLOSED = 0, BENCHMEM_MEASURING = 1, BENCHMEM_DRAINING = 2 };

struct benchmem_source_totals {
  uint64_t allocations;        /* successful calls that returned memory; a realloc is one */
  uint64_t total_bytes;        /* requested bytes; a realloc adds its whole new size */
  int64_t live_bytes;          /* requested bytes of window blocks not yet freed */
  int64_t peak_bytes;          /* high-water mark of live_bytes since the window opened */
  uint64_t older_freed_blocks; /* from before the window, freed inside it: of who frees; if node does, of the owner */
  uint64_t older_freed_bytes;  /* requested size where an earlier window saw the block, else usable size */
};

/* One consistent instant: taken while no thread is inside the accounting. */
struct benchmem_reading {
  struct benchmem_source_totals source[BENCHMEM_SOURCE_COUNT];
  /* Combined sum = program live + every part; all of them at the one instant when the sum was highest. */
  int64_t sum_bytes;
  int64_t sum_peak_bytes;
  int64_t program_at_peak_bytes;
  int64_t part_at_peak_bytes[BENCHMEM_PART_COUNT];
  int64_t part_bytes[BENCHMEM_PART_COUNT];      /* now; of MAPPED_OTHER while draining also below the opening */
  int64_t part_peak_bytes[BENCHMEM_PART_COUNT]; /* each part's own high-water mark */
  uint64_t settlements;  /* how often all threads were stopped to settle the mark (a cost figure) */
  uint32_t phase;        /* benchmem_phase */
  uint32_t threads_seen; /* threads that took part in the window */
};

struct benchmem_object_totals {
  char path[256];  /* shared object of the direct caller, NUL-terminated, cut if longer; "" = the executable */
  uint32_t source; /* benchmem_source */
  uint32_t reserved;
  uint64_t allocations;
  uint64_t total_bytes;
  int64_t live_bytes;
};

/* What the allocator holds from the system for the blocks it hands out. */
struct benchmem_allocator_figures {
  uint64_t mapped_bytes;                   /* now */
  uint64_t mapped_peak_bytes;              /* high-water since the window opened, above the level at its opening */
  uint64_t requested_at_mapped_peak_bytes; /* program + engine window bytes live when it was reached */
  uint64_t active_bytes;                   /* pages that hold live blocks, now */
  uint64_t resident_bytes;                 /* resident pages of the allocator, now */
  uint64_t allocated_bytes;                /* usable bytes of live blocks, now */
};

/* Who mapped pages from the system, other than the allocator. */
enum benchmem_mapped_by {
  BENCHMEM_MAPPED_BY_OBJECT = 0,   /* a shared object, for itself: in no other figure */
  BENCHMEM_MAPPED_BY_ENGINE = 1,   /* V8: heap pages of all isolates, code */
  BENCHMEM_MAPPED_FOR_BUFFERS = 2, /* V8: WebAssembly memory, resizable and growable buffers; committed bytes are
                                      BENCHMEM_PART_MAPPED_OTHER */
  BENCHMEM_MAPPED_AS_POOL = 3,     /* a shared object's pool: its blocks are reported, see benchmem_allocator.h */
  BENCHMEM_MAPPED_EARLIER = 4      /* attached mode: a shared object, for itself, before install() */
};

struct benchmem_mapping_totals {
  char path[256]; /* shared object, as in benchmem_object_totals; "" for V8's rows too */
  uint32_t kind;  /* benchmem_mapped_by */
  uint32_t reserved;
  uint64_t reserved_bytes;         /* address space, now */
  uint64_t committed_bytes;        /* of it readable or writable, now */
  uint64_t resident_bytes;         /* of it resident, now */
  uint64_t resident_opening_bytes; /* when the last window opened; 0 before the first */
  uint64_t resident_peak_bytes;    /* the most that was seen in that window: at its ends, and for shared objects before
                                   each large release */
};

struct benchmem_window_options {
  uint32_t threads;          /* benchmem_threads */
  uint32_t assumes_resident; /* 1: the kernel is not asked which pages of mappings are resident; all that are committed
                                count as resident. For windows of which nobody reads them. */
};

enum benchmem_event_kind { BENCHMEM_EVENT_ALLOCATE = 1, BENCHMEM_EVENT_FREE = 2, BENCHMEM_EVENT_REALLOCATE = 3 };
struct benchmem_event {
  uint32_t kind;
  uint32_t source;
  uint64_t bytes;       /* requested: new size for allocate and reallocate, old size for free */
  uint64_t older_bytes; /* reallocate: the size before, 0 where the block predates the window */
  const void* block;
  const void* caller; /* NULL for free */
};
/* Called on the allocating thread, outside every lock of the tracker. It may allocate: its own calls are not counted. */
typedef void (*benchmem_event_sink)(const struct benchmem_event* event, void* context);

/* Called on the watching thread: after each `step` program bytes it allocated, and before a program free
 * once `step` bytes were freed. The JS heap refreshes its part there. It must not allocate through malloc. */
typedef void (*benchmem_pressure_callback)(void* context);

/* A frame of the current thread's stack. */
struct benchmem_walked_frame {
  const void* pc;            /* return address */
  const void* frame_pointer; /* of the frame that pc is in */
  uint8_t object;            /* 0: in no loaded object, as code that V8 made */
  uint8_t rule;              /* how the step to its caller was found: 0 unwind table, 1 machine code, 2 frame pointer */
};
/* Called on the allocating thread, outside every lock of the tracker, its accounting paused. `frames`: leaf first.
 * keys[] come in filled with native and special keys; those of JavaScript, builtins and wasm are overwritten. It must not
 * allocate through malloc, nor wait for a lock. */
typedef void (*benchmem_stack_annotator)(const struct benchmem_walked_frame* frames, size_t count, uint64_t* keys,
                                         void* context);

/* Why a profile says nothing. */
enum benchmem_profile_trouble {
  BENCHMEM_PROFILE_WHOLE = 0,
  BENCHMEM_PROFILE_NO_PAGES = 1,  /* the kernel refused pages */
  BENCHMEM_PROFILE_TOO_LARGE = 2, /* more frames, stacks or threads than its tables hold */
  BENCHMEM_PROFILE_DIFFERS = 3,   /* its sums are not the tracker's figures: see `difference` */
  BENCHMEM_PROFILE_MOVED = 4      /* a shared object was unloaded, and loaded again elsewhere */
};
/* The program's figures of the window, which all stacks together must have. All are bytes except for the first. */
struct benchmem_profile_totals {
  uint64_t allocations;
  uint64_t bytes;
  int64_t live;
  int64_t sum_at_mark; /* at the mark of the combined sum */
  int64_t peak;        /* at their own mark */
};
struct benchmem_profile_difference {
  const char* figure; /* NULL: none */
  int64_t of_stacks;
  int64_t of_tracker;
};
enum { BENCHMEM_PROFILE_FIGURES = 9 };
/* Of each stack: allocations, bytes, temporary allocations, live blocks, live bytes, blocks and bytes at the blocks' own
 * mark, blocks and bytes at the mark of the combined sum. Each count: room in, number out; what there is no room for is
 * not filled. */
struct benchmem_profile_view {
  uint64_t* frames;     /* keys */
  uint8_t* frame_rules; /* as in benchmem_walked_frame; 255: no native frame */
  size_t frame_count;
  uint32_t* nodes; /* pairs: the parent's node, the frame; the first is the root, which has no frame */
  size_t node_count;
  uint32_t* stacks; /* their nodes */
  double* figures;  /* BENCHMEM_PROFILE_FIGURES for each stack */
  size_t stack_count;
  struct benchmem_profile_totals totals;
  struct benchmem_profile_difference difference;
  uint32_t truncated_stacks; /* whose outermost frames are not known */
  uint32_t trouble;          /* benchmem_profile_trouble */
  uint32_t reads_code;       /* 0: code without an unwind table is left by frame pointers alone on this machine */
  uint32_t reserved;
};
/* A shared object that frames may lie in. */
struct benchmem_profile_object {
  const char* path; /* "" is the executable. Lives as long as the process */
  uint64_t base;    /* what is added to an address of its ELF file */
  uint32_t id;
  uint32_t reserved;
};

struct benchmem_self_description {
  char mode[16];                /* "preloaded" or "attached" */
  char allocator[32];           /* "jemalloc", "glibc", ... */
  char allocator_version[32];   /* "5.3.0", "2.36", ... */
  char unsupported_reason[256]; /* "" where measuring works */
  uint32_t engine_split_exact;  /* 1: by symbol table; 0: approximate */
  uint32_t engine_runs;         /* address runs of engine code found */
  uint32_t hooked_objects;      /* attached: shared objects patched */
  uint32_t hooked_slots;        /* attached: slots patched */
};

struct benchmem_abi {
  uint32_t version;      /* BENCHMEM_ABI_VERSION; first, so that any version can read it */
  uint32_t struct_bytes; /* sizeof(struct benchmem_abi) */

  void (*describe)(struct benchmem_self_description* out);

  /* Attached mode: patches the process; idempotent. Preloaded mode: a self-test only. The first time, the engine's symbols are
   * read, which takes longest. `room` (NULL: none) is for what they say: if it holds that already, from an earlier process of
   * this engine and this build, it is taken from there; else it is written there, where it fits. */
  enum benchmem_status (*install)(void* room, size_t room_bytes);
  enum benchmem_status (*uninstall)(void);

  /* One window per process. The token is the ownership; it is never 0. */
  enum benchmem_status (*window_open)(const struct benchmem_window_options* options, uint64_t* token);
  /* measuring -> draining: counts, totals and marks become final; frees of window blocks still lower live. */
  enum benchmem_status (*window_drain)(uint64_t token);
  /* Any phase. In the draining phase the marks are those of its start. */
  enum benchmem_status (*window_read)(uint64_t token, struct benchmem_reading* out);
  /* Per shared object, most bytes first. *count: room in, number out. */
  enum benchmem_status (*window_objects)(uint64_t token, struct benchmem_object_totals* out, size_t* count);
  enum benchmem_status (*window_close)(uint64_t token, struct benchmem_reading* out /* may be NULL */);

  /* Adds `delta` bytes to a part of the combined sum; ignored while no window measures. Any thread. */
  void (*contribute)(enum benchmem_part part, int64_t delta);
  /* Calls `callback` on the current thread by the rule above while a window measures; NULL stops. */
  enum benchmem_status (*watch_current_thread)(benchmem_pressure_callback callback, void* context, uint64_t step);

  enum benchmem_status (*set_event_sink)(benchmem_event_sink sink, void* context);
  enum benchmem_status (*allocator_figures)(struct benchmem_allocator_figures* out);

  /* Raised around calls that the measuring itself makes on this thread: allocations meanwhile are not counted. */
  void (*pause_current_thread)(void);
  void (*resume_current_thread)(void);

  /* The combined sum at this instant, exact. BENCHMEM_NO_WINDOW while no window measures. */
  enum benchmem_status (*sum_now)(int64_t* out);

  /* Resident bytes of the tracker's own table: part of what the kernel says of the process, of no other figure. */
  enum benchmem_status (*own_resident_bytes)(uint64_t* out);

  /* Pages mapped by others than the allocator, per owner, most resident first; a window is not needed.
   * Attached mode knows what was mapped since install(). *count: room in, number out. */
  enum benchmem_status (*mapping_figures)(struct benchmem_mapping_totals* out, size_t* count);

  /* Calls `callback` on the current thread after the engine mapped pages there, while a window measures; NULL stops.
   * The engine is at work then: nothing of its heap may be read. */
  enum benchmem_status (*watch_engine_mappings)(benchmem_pressure_callback callback, void* context);

  /* Readable or writable bytes that the engine has mapped for all its isolates and their code, now; buffers are not among
   * them. Attached mode: since install(), less what it gave back of its pages from before, so that it may be below 0.
   * NOT_AVAILABLE if mappings are not tracked, or the engine is not told from the program by symbols. */
  enum benchmem_status (*engine_committed)(int64_t* out);

  /* A profile of each window from here on, per distinct stack; 0: no more. Only while no window is open. */
  enum benchmem_status (*profile_switch)(uint32_t on);
  /* Who names frames that are not native; NULL: nobody. Only while no window is open; `context` must live on. */
  enum benchmem_status (*set_stack_annotator)(benchmem_stack_annotator annotator, void* context);
  /* Of a draining window: counts and marks as they were at the drain, and what is live now. OK too where `trouble` says
   * that it is void; then the view has nothing but that. */
  enum benchmem_status (*profile_read)(uint64_t token, struct benchmem_profile_view* view);
  /* Every object that was loaded since the process began. *count: room in, number out. */
  enum benchmem_status (*profile_objects)(struct benchmem_profile_object* out, size_t* count);

  /* Calls `callback` on each thread that allocates in a window of all threads and is not watched itself: at the first
   * allocation there, and at some of the later ones. Inside malloc: it must not allocate through it. NULL: no more; else
   * `context` must live on. */
  enum benchmem_status (*watch_arrivals)(benchmem_pressure_callback callback, void* context);

  /* From the hold to the release the engine's own threads begin no task. The hold waits for those that are at one, and the
   * last release until there is no task left; both for a bounded time. Counted: several threads may hold at once. Attached mode
   * holds none. */
  void (*hold_engine_threads)(void);
  void (*release_engine_threads)(void);
};

typedef const struct benchmem_abi* (*benchmem_abi_table_function)(void);

#ifdef __cplusplus
}
#endif
#endif /* BENCHMEM_ABI_H_ */
