// Libraries loaded and unloaded by name, and threads that allocate all the time.
#ifndef COMPLETENESS_LOAD_H_
#define COMPLETENESS_LOAD_H_

double open_library(const char* path, double number);    // a handle's number, -1 where it cannot be opened
double call_library(const char* text, double number);    // the last opened library's library_allocate(number)
double library_address(const char* text, double number); // of that function
double close_library(const char* text, double number);   // the last opened

// `number` threads that allocate, reallocate, copy and free, and check what they wrote, until they are stopped.
double start_threads(const char* text, double number);
double stop_threads(const char* text, double number); // rounds done; negative: wrong contents were seen

#endif // COMPLETENESS_LOAD_H_
