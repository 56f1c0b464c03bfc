// classify() from many threads while libraries come and go, and in forked children.
#include <doctest/doctest.h>

#include <atomic>
#include <cstring>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "callers/answer_cache.h"
#include "callers/callers_inline.h"
#include "callers_libraries.h"

using namespace benchmem;

namespace {

// Addresses whose answer never changes: of the executable, of libm, of nothing.
struct Stable {
  const void* address;
  ObjectId expected;
};

// Many of them share slots of the cache.
std::vector<Stable> stable_addresses() {
  prepare_callers();
  std::vector<Stable> stable;
  const char* const inside_executable = reinterpret_cast<const char*>(&stable_addresses) + 1;
  const ObjectId executable = classify({inside_executable, nullptr});
  for (int i = 0; i != 64; ++i) stable.push_back({inside_executable + i, executable});
  static char nothing[64 * 256];
  for (int i = 0; i != 64; ++i) stable.push_back({nothing + i * 256, kUnknownObject});
  return stable;
}

size_t wrong_answers(const std::vector<Stable>& stable) {
  size_t wrong = 0;
  for (const Stable& entry : stable) wrong += classify_inline({entry.address, nullptr}) != entry.expected;
  return wrong;
}

template <class Body>
void in_threads(int count, const Body& body) {
  std::vector<std::thread> threads;
  for (int i = 0; i != count; ++i) threads.emplace_back([&body, i] { body(i); });
  for (std::thread& thread : threads) thread.join();
}

} // namespace

TEST_CASE("answers stay right while libraries are opened, closed and forgotten") {
  const std::vector<Stable> stable = stable_addresses();
  const std::vector<std::string> names = callers_test::loadable_libraries();
  REQUIRE(names.size() >= 2);
  std::atomic<size_t> wrong{0}, wrong_libraries{0};
  std::atomic<bool> loading{true};
  in_threads(4, [&](int index) {
    if (index == 0) {
      for (int round = 0; round != 200; ++round) {
        callers_test::Library library(names[static_cast<size_t>(round) % names.size()]);
        if (round % 2 == 0) refresh_callers();
        const ObjectId id = classify({library.code_address(), nullptr});
        if (library.path() != object_path(id)) ++wrong_libraries;
        library.close();
        refresh_callers();
      }
      loading = false;
      return;
    }
    do {
      wrong += wrong_answers(stable);
      caller_statistics();
    } while (loading);
  });
  CHECK(wrong == 0);
  CHECK(wrong_libraries == 0);
}

TEST_CASE("several threads may prepare and refresh at once") {
  const std::vector<Stable> stable = stable_addresses();
  std::atomic<size_t> wrong{0};
  in_threads(4, [&](int) {
    for (int round = 0; round != 50; ++round) {
      prepare_callers();
      refresh_callers();
      wrong += wrong_answers(stable);
    }
  });
  CHECK(wrong == 0);
}

// What the other thread does when the fork comes decides what the child finds: a lock that is held (slow
// answers), the loader's lock as well, for ever (refreshes).
void fork_beside(const std::vector<Stable>& stable, void (*disturb)()) {
  std::atomic<bool> forking{true};
  std::thread other([&] {
    while (forking) {
      disturb();
      wrong_answers(stable);
    }
  });
  int failed = 0;
  for (int round = 0; round != 100; ++round) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      alarm(20); // a lock that nobody holds any more would never be free
      callers::forget_everything();
      const size_t wrong = wrong_answers(stable);
      _exit(wrong == 0 ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    failed += status != 0;
  }
  forking = false;
  other.join();
  CHECK(failed == 0);
}

TEST_CASE("a forked child can ask while another thread resolves") {
  fork_beside(stable_addresses(), [] { callers::forget_everything(); });
}

TEST_CASE("a forked child can ask while another thread scans") { fork_beside(stable_addresses(), refresh_callers); }
