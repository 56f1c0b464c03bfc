// Taking the preload library out of an LD_PRELOAD list: nothing else may change.
#include "interposer/preload/environment.h"

#include <doctest/doctest.h>

#include <cstring>
#include <string>

namespace {

std::string without_own(const char* list) {
  char text[256];
  std::strncpy(text, list, sizeof(text));
  const size_t length = benchmem::preload::remove_own_entries(text, "libbenchmem.so");
  CHECK(length == std::strlen(text));
  return text;
}

} // namespace

TEST_CASE("environment: our own entry goes, by its file name") {
  CHECK(without_own("libbenchmem.so").empty());
  CHECK(without_own("/opt/a b/../libbenchmem.so") == "/opt/a"); // a space separates, as for the loader
  CHECK(without_own("/opt/libbenchmem.so").empty());
  CHECK(without_own("$ORIGIN/libbenchmem.so:./libbenchmem.so").empty());
}

TEST_CASE("environment: the user's other entries stay, in their order") {
  CHECK(without_own("liba.so:/x/libbenchmem.so") == "liba.so");
  CHECK(without_own("/x/libbenchmem.so liba.so") == "liba.so");
  CHECK(without_own("liba.so:/x/libbenchmem.so:/y/libb.so") == "liba.so:/y/libb.so");
  CHECK(without_own("liba.so  :/y/libb.so") == "liba.so:/y/libb.so");
}

TEST_CASE("environment: a name that only ends or starts alike is somebody else's") {
  CHECK(without_own("/x/notlibbenchmem.so") == "/x/notlibbenchmem.so");
  CHECK(without_own("/x/libbenchmem.so.1") == "/x/libbenchmem.so.1");
  CHECK(without_own("/libbenchmem.so/liba.so") == "/libbenchmem.so/liba.so");
}

TEST_CASE("environment: an empty list stays empty") {
  CHECK(without_own("").empty());
  CHECK(without_own(" : ").empty());
}
