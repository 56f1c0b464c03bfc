// classify() while real libraries are opened and closed: ids stay, addresses are forgotten.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "callers/callers.h"
#include "callers_libraries.h"

using namespace benchmem;

TEST_CASE("a library keeps its id when it is closed and opened again; its addresses are unknown between") {
  prepare_callers();
  const std::vector<std::string> names = callers_test::loadable_libraries();
  REQUIRE(names.size() >= 2);
  for (const std::string& name : names) {
    ObjectId first = kUnknownObject;
    for (int round = 0; round != 3; ++round) {
      callers_test::Library library(name);
      refresh_callers();
      const CallSite site{library.code_address(), nullptr};
      const ObjectId id = classify(site);
      CHECK(std::string(object_path(id)) == library.path());
      if (round == 0) first = id;
      CHECK(id == first);
      library.close();
      refresh_callers();
      CHECK(classify(site) == kUnknownObject);
    }
  }
}

TEST_CASE("a library that is opened is known without being told") {
  prepare_callers();
  callers_test::Library library(callers_test::loadable_libraries().at(0));
  CHECK(std::string(object_path(classify({library.code_address(), nullptr}))) == library.path());
}

TEST_CASE("an address range that another library took answers for that one") {
  prepare_callers();
  const std::vector<std::string> names = callers_test::loadable_libraries();
  for (int round = 0; round != 40; ++round) {
    callers_test::Library library(names[static_cast<size_t>(round) % names.size()]);
    refresh_callers();
    for (const void* address : library.code_addresses()) {
      REQUIRE(std::string(object_path(classify({address, nullptr}))) == library.path());
    }
    library.close();
    refresh_callers();
  }
}
