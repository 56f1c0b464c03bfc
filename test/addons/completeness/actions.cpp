#include "actions.h"

#include <dlfcn.h>
#include <iconv.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <new>

#include "load.h"

namespace {

constexpr int kMarks = 8;
double marks[kMarks];

struct alignas(64) Aligned {
  char bytes[192];
};

} // namespace

double set_mark(const char*, double number) {
  static uint64_t (*const counter)() =
      reinterpret_cast<uint64_t (*)()>(dlsym(RTLD_DEFAULT, "completeness_allocations"));
  marks[static_cast<int>(number)] = counter == nullptr ? -1 : static_cast<double>(counter());
  return number;
}

double read_mark(const char*, double number) { return marks[static_cast<int>(number)]; }

double copy_texts(const char*, double number) {
  double length = 0;
  for (int i = 0; i < number; ++i) {
    char* whole = strdup("a text to copy");
    char* part = strndup("a text to cut", 6);
    length += static_cast<double>(strlen(whole) + strlen(part));
    free(whole);
    free(part);
  }
  return length;
}

double read_lines(const char* path, double) {
  FILE* file = fopen(path, "r");
  if (file == nullptr) return -1;
  char* line = nullptr;
  size_t room = 0;
  double lines = 0;
  while (getline(&line, &room, file) > 0) ++lines;
  free(line);
  fclose(file);
  return lines;
}

double print_texts(const char*, double number) {
  double written = 0;
  for (int i = 0; i < number; ++i) {
    char* text = nullptr;
    written += asprintf(&text, "%0400d", i);
    free(text);
  }
  char* stream_text = nullptr;
  size_t stream_bytes = 0;
  FILE* stream = open_memstream(&stream_text, &stream_bytes);
  if (stream == nullptr) return -1;
  for (int i = 0; i < number; ++i) fprintf(stream, "%0400d", i);
  fclose(stream);
  written += static_cast<double>(stream_bytes);
  free(stream_text);
  return written;
}

double use_operators(const char*, double number) {
  constexpr auto kWide = std::align_val_t(64);
  double blocks = 0;
  for (int i = 0; i < number; ++i) {
    ::operator delete(::operator new(40));
    ::operator delete(::operator new(0));
    ::operator delete[](::operator new[](41), 41);
    ::operator delete(::operator new(42, std::nothrow), std::nothrow);
    ::operator delete[](::operator new[](43, std::nothrow), std::nothrow);
    ::operator delete(::operator new(44, kWide), kWide);
    ::operator delete[](::operator new[](45, kWide), 45, kWide);
    ::operator delete(::operator new(46, kWide, std::nothrow), kWide, std::nothrow);
    ::operator delete[](::operator new[](47, kWide, std::nothrow), kWide, std::nothrow);
    Aligned* aligned = new Aligned[3];
    if (reinterpret_cast<uintptr_t>(aligned) % alignof(Aligned) != 0) return -1;
    delete[] aligned;
    blocks += 10;
  }
  return blocks;
}

namespace {
constexpr int kMostKept = 1000;
char* kept[kMostKept];
int kept_count = 0;
} // namespace

double keep_small(const char*, double number) {
  while (kept_count < number && kept_count < kMostKept) kept[kept_count++] = new char;
  return kept_count;
}

double release_small(const char*, double) {
  const double blocks = kept_count;
  while (kept_count > 0) ::operator delete(kept[--kept_count], sizeof(char));
  return blocks;
}

double use_malloc_family(const char*, double number) {
  double blocks = 0;
  for (int i = 0; i < number; ++i) {
    void* block = malloc(0);
    block = realloc(block, 10);
    block = realloc(block, 100000);
    block = reallocarray(block, 20, 20);
    free(block);
    free(calloc(7, 9));
    free(realloc(nullptr, 60));
    free(memalign(128, 70));
    free(aligned_alloc(256, 512));
    free(valloc(80));
    free(pvalloc(90));
    void* aligned = nullptr;
    if (posix_memalign(&aligned, 512, 100) != 0) return -1;
    free(aligned);
    free(nullptr);
    blocks += 11;
  }
  return blocks;
}

namespace {
int handler_calls = 0;
void give_up_after_two() {
  if (++handler_calls == 2) std::set_new_handler(nullptr);
}
} // namespace

double use_failing_new(const char*, double) {
  volatile size_t too_much = SIZE_MAX / 4;
  handler_calls = 0;
  std::set_new_handler(give_up_after_two);
  bool thrown = false;
  try {
    ::operator delete(::operator new(too_much));
  } catch (const std::bad_alloc&) {
    thrown = true;
  }
  std::set_new_handler(nullptr);
  bool thrown_again = false;
  try {
    ::operator delete[](::operator new[](too_much, std::align_val_t(64)), std::align_val_t(64));
  } catch (const std::bad_alloc&) {
    thrown_again = true;
  }
  const bool null = ::operator new(too_much, std::nothrow) == nullptr;
  return thrown && thrown_again && null && handler_calls == 2 ? 1 : 0;
}

double convert_text(const char* charset, double) {
  iconv_t conversion = iconv_open("UTF-8", charset);
  if (conversion == reinterpret_cast<iconv_t>(-1)) return -1;
  char in[] = "text";
  char out[64];
  char* from = in;
  char* to = out;
  size_t left = 4;
  size_t room = sizeof(out);
  iconv(conversion, &from, &left, &to, &room);
  iconv_close(conversion);
  return static_cast<double>(4 - left);
}

namespace {

// In the child: whatever another thread was doing when the fork came, all of this must go on.
int work_in_child() {
  if (use_malloc_family("", 50) != 550 || use_operators("", 50) != 500) return 2;
  if (print_texts("", 20) != 16000 || convert_text("EUC-KR", 0) != 4) return 3;
  if (start_threads("", 3) != 3 || stop_threads("", 0) < 3) return 4;
  return 0;
}

} // namespace

double fork_children(const char*, double number) {
  double done = 0;
  for (int i = 0; i < number; ++i) {
    const pid_t child = fork();
    if (child == -1) return -1;
    if (child == 0) _exit(work_in_child());
    int status = 0;
    if (waitpid(child, &status, 0) != child) return -1;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) ++done;
  }
  return done;
}
