// The arithmetic of one isolate's window, worked out by hand: no V8.
#include <doctest/doctest.h>

#include "v8_heap/used_ledger.h"

using benchmem::v8_heap::UsedLedger;

TEST_CASE("a fresh window has allocated nothing, whatever the heap holds") {
  UsedLedger ledger;
  ledger.open(5'000'000);
  CHECK(ledger.baseline() == 5'000'000);
  CHECK(ledger.total() == 0);
  CHECK(ledger.share() == 0);
  CHECK(ledger.collections() == 0);
}

TEST_CASE("what a collection frees is no negative allocation") {
  UsedLedger ledger;
  ledger.open(1'000);
  ledger.note(1'600);             // +600, at the collection's start
  ledger.collection_ended(1'100); // 500 of them were garbage
  CHECK(ledger.total() == 600);
  CHECK(ledger.share() == 100);
  ledger.note(1'400); // +300
  ledger.note(1'450); // +50
  CHECK(ledger.total() == 950);
  CHECK(ledger.share() == 450);
  CHECK(ledger.collections() == 1);
}

TEST_CASE("a level that falls without a collection is followed") {
  UsedLedger ledger;
  ledger.open(1'000);
  ledger.note(1'500);
  ledger.note(1'400);
  CHECK(ledger.total() == 400);
  CHECK(ledger.share() == 400);
}

TEST_CASE("memory from before the window never makes the share negative") {
  UsedLedger ledger;
  ledger.open(50'000);
  ledger.note(50'100);
  ledger.collection_ended(10'000); // 40,000 older bytes went
  CHECK(ledger.share() == 0);
  ledger.note(30'000);
  CHECK(ledger.share() == 0);
  CHECK(ledger.total() == 20'100);
}

TEST_CASE("reopening forgets the window before") {
  UsedLedger ledger;
  ledger.open(1'000);
  ledger.note(9'000);
  ledger.collection_ended(2'000);
  ledger.open(2'000);
  CHECK(ledger.total() == 0);
  CHECK(ledger.share() == 0);
  CHECK(ledger.collections() == 0);
  CHECK(ledger.baseline() == 2'000);
}
