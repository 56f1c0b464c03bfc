// The moment at which a program calls process.exit(): node stops its workers only after it, one by one, and they let go of
// what they hold.
#ifndef BENCHMEM_REPORTER_EXIT_CALL_H_
#define BENCHMEM_REPORTER_EXIT_CALL_H_

namespace benchmem::reporter {

// On the main thread, inside a call from JavaScript. `callback` is called once the listeners of 'exit' have run; where a
// program comes to its end by itself, it is called after the hooks of its environment. Nothing happens where this node
// lacks an entry point for it.
void at_exit_call(void (*callback)()) noexcept;

} // namespace benchmem::reporter

#endif // BENCHMEM_REPORTER_EXIT_CALL_H_
