// What a result warns about, as values; whoever shows a result prints them.

export type WarningCode =
  /** Arguments over 1 MiB crossed into the child: deserialising them is close to what is measured. */
  | 'LARGE_ARGUMENTS'
  /** Engine and program allocations were told apart without a symbol table. */
  | 'ENGINE_SPLIT_APPROXIMATE'
  /** This runtime shows no JavaScript heap: its fields are absent. */
  | 'NO_JS_HEAP'
  /** Programs were started inside the window; their memory is in no figure. */
  | 'CHILD_PROCESSES'
  /** The heap did not come to rest while draining: `retained_bytes` may be too high. */
  | 'NOT_DRAINED'
  /** Workers did not collect their garbage while draining: `retained_bytes` may be too high. */
  | 'UNDRAINED_ISOLATE'
  /** One pass retained nearly all that the passes did: it is left out of the headline. */
  | 'RETAINED_ONCE'
  /** The child reported, but did not end as it should. */
  | 'CHILD_END'
  /** The system hides the resident high-water mark: `rss_bytes` is absent. */
  | 'RSS_HIDDEN'
  /** V8's profiler cannot be used: which functions allocate is absent. */
  | 'SITES_HIDDEN'
  /** Workers' JavaScript heaps could not be read at the end of a pass: they count as last seen. */
  | 'WORKERS_UNREAD'
  /** Memory was mapped past every allocator that is watched. */
  | 'UNSEEN_MEMORY'
  /** Arenas from before the first measurement may have been used again: no gate refuses that. */
  | 'MAYBE_UNSEEN'
  /** Passes whose JavaScript total came out below zero were taken again. */
  | 'VOID_PASS';

export interface Warning {
  readonly code: WarningCode | (string & {});
  /** What it is about: a metric, an argument list, a child. */
  readonly subject: string;
  readonly message: string;
  readonly hint: string;
  readonly bytes?: number;
  readonly objects?: readonly string[];
}
