// Calls into the C and C++ library whose number of allocations the tests compare. Each returns a number to check.
#ifndef COMPLETENESS_ACTIONS_H_
#define COMPLETENESS_ACTIONS_H_

// The preloaded counter, read into place `number` and read back; -1 where it is not preloaded.
double set_mark(const char* text, double number);
double read_mark(const char* text, double number);

double copy_texts(const char* text, double number);        // strdup, strndup: `number` of each
double read_lines(const char* path, double number);        // getline: lines read
double print_texts(const char* text, double number);       // asprintf, open_memstream: characters written
double use_operators(const char* text, double number);     // every form of new and delete, `number` times: blocks
double keep_small(const char* text, double number);        // new char, `number` times
double release_small(const char* text, double number);     // deletes them, by the form that passes the size: blocks
double use_malloc_family(const char* text, double number); // every function of the family, `number` times: blocks
// Exhausts memory for operator new: 1 when the new handler ran and bad_alloc was thrown, and nothrow gave null.
double use_failing_new(const char* text, double number);
double convert_text(const char* charset, double number); // iconv, which loads a library: characters converted

// Forks `number` times, one after the other; how many children did all their work (allocating, loading, threads).
double fork_children(const char* text, double number);

#endif // COMPLETENESS_ACTIONS_H_
