// The table of loaded objects and their ids, fed by hand: who holds an address, who keeps which id.
#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <random>
#include <string>

#include "callers/object_map.h"

using namespace benchmem;
using namespace benchmem::callers;

namespace {

struct FakeObject {
  std::string path;
  uintptr_t load_address;
  uintptr_t bytes;
};

ObjectDescription describe(const FakeObject& object) {
  ObjectDescription description;
  description.path = object.path.c_str();
  description.load_address = object.load_address;
  description.code[0] = {object.load_address + 0x1000, object.load_address + 0x1000 + object.bytes};
  description.code_ranges = 1;
  return description;
}

class Loader {
 public:
  // Answers the ids of what has gone.
  IdSet scan(const std::vector<FakeObject>& objects) {
    IdSet gone;
    const uint64_t number = map_->begin_scan();
    for (const FakeObject& object : objects) map_->observe(describe(object), number, &gone);
    map_->end_scan(number, &gone);
    return gone;
  }
  ObjectId id_at(uintptr_t address) const {
    const LoadedObject* const object = map_->find(address);
    return object == nullptr ? kUnknownObject : object->id;
  }
  ObjectId id_of(const FakeObject& object) const { return id_at(object.load_address + 0x1000); }
  std::string path_of(ObjectId id) const {
    const char* const path = map_->ids().path(id);
    return path == nullptr ? "(none)" : path;
  }
  ObjectMap& map() { return *map_; }

 private:
  std::unique_ptr<ObjectMap> map_ = std::make_unique<ObjectMap>();
};

} // namespace

TEST_CASE("an address belongs to the object whose code holds it") {
  Loader loader;
  const FakeObject executable{"", 0x400000, 0x1000}, library{"/lib/a.so", 0x700000, 0x2000};
  loader.scan({executable, library});
  const ObjectId first = loader.id_of(executable), second = loader.id_of(library);
  CHECK(first == ObjectIds::kFirst);
  CHECK(second == ObjectIds::kFirst + 1);
  CHECK(loader.path_of(first) == "");
  CHECK(loader.path_of(second) == "/lib/a.so");
  CHECK(loader.id_at(0x400fff) == kUnknownObject);
  CHECK(loader.id_at(0x401000) == first);
  CHECK(loader.id_at(0x401fff) == first);
  CHECK(loader.id_at(0x402000) == kUnknownObject);
  CHECK(loader.id_at(0x702fff) == second);
  CHECK(loader.id_at(0) == kUnknownObject);
  CHECK(loader.id_at(~uintptr_t{0}) == kUnknownObject);
}

TEST_CASE("an object keeps its id through scans, unloading and loading again") {
  Loader loader;
  const FakeObject a{"/lib/a.so", 0x100000, 0x1000}, b{"/lib/b.so", 0x200000, 0x1000};
  IdSet gone = loader.scan({a, b});
  CHECK(gone.has(kUnknownObject)); // what was unknown may lie in them
  const ObjectId id_a = loader.id_of(a), id_b = loader.id_of(b);
  CHECK(loader.scan({b, a}).empty());
  gone = loader.scan({b});
  CHECK(gone.has(id_a));
  CHECK_FALSE(gone.has(id_b));
  CHECK(loader.id_of(a) == kUnknownObject);
  CHECK(loader.path_of(id_a) == "/lib/a.so"); // figures of the past still name it
  loader.scan({a, b});
  CHECK(loader.id_of(a) == id_a);
  const FakeObject moved{"/lib/a.so", 0x500000, 0x1000};
  loader.scan({b});
  loader.scan({b, moved});
  CHECK(loader.id_of(moved) == id_a);
  CHECK(loader.id_of(a) == kUnknownObject);
}

TEST_CASE("two objects of one path that are loaded together have two ids") {
  Loader loader;
  const FakeObject one{"/lib/a.so", 0x100000, 0x1000}, two{"/lib/a.so", 0x200000, 0x1000};
  loader.scan({one, two});
  const ObjectId id_one = loader.id_of(one), id_two = loader.id_of(two);
  CHECK(id_one != id_two);
  loader.scan({});
  loader.scan({two});
  CHECK(loader.id_of(two) == id_two); // by path and address, although the other id of that path is free as well
}

TEST_CASE("a range that another object took is the other's, also before the first one is missed") {
  Loader loader;
  const FakeObject old_one{"/lib/old.so", 0x100000, 0x3000}, new_one{"/lib/new.so", 0x101000, 0x800};
  loader.scan({old_one});
  const ObjectId old_id = loader.id_of(old_one);
  IdSet gone;
  const uint64_t scan = loader.map().begin_scan();
  loader.map().observe(describe(new_one), scan, &gone);
  CHECK(gone.has(old_id));
  CHECK(loader.id_at(0x102000) != old_id);
  CHECK(loader.path_of(loader.id_at(0x102000)) == "/lib/new.so");
  CHECK(loader.id_at(0x101000) == kUnknownObject);
  loader.map().end_scan(scan, &gone);
  CHECK(loader.id_of(new_one) != kUnknownObject);
}

TEST_CASE("a scan does not retire what a later one saw") {
  Loader loader;
  const FakeObject a{"/lib/a.so", 0x100000, 0x1000}, b{"/lib/b.so", 0x200000, 0x1000};
  IdSet gone;
  const uint64_t early = loader.map().begin_scan();
  loader.map().observe(describe(a), early, &gone);
  loader.scan({a, b});
  loader.map().end_scan(early, &gone);
  CHECK(loader.id_of(a) != kUnknownObject);
  CHECK(loader.id_of(b) != kUnknownObject);
}

TEST_CASE("objects beyond the ids and beyond the table are the others") {
  Loader loader;
  std::vector<FakeObject> objects;
  for (uintptr_t i = 0; i != 300; ++i) {
    objects.push_back({"/lib/" + std::to_string(i), 0x100000 * (i + 1), 0x1000});
  }
  loader.scan(objects);
  CHECK(loader.id_of(objects[0]) == ObjectIds::kFirst);
  CHECK(loader.id_of(objects[ObjectIds::kLast - ObjectIds::kFirst]) == ObjectIds::kLast);
  CHECK(loader.id_of(objects[ObjectIds::kLast - ObjectIds::kFirst + 1]) == kOtherObjects);
  CHECK(loader.id_of(objects[299]) == kOtherObjects);
  CHECK_FALSE(loader.map().overflowed());
  for (uintptr_t i = 300; i != 3000; ++i) {
    objects.push_back({"/lib/" + std::to_string(i), 0x100000 * (i + 1), 0x1000});
  }
  loader.scan(objects);
  CHECK(loader.map().overflowed());
  CHECK(loader.id_of(objects[0]) == ObjectIds::kFirst);
}

TEST_CASE("clearing forgets the objects and keeps the ids") {
  Loader loader;
  const FakeObject a{"/lib/a.so", 0x100000, 0x1000}, b{"/lib/b.so", 0x200000, 0x1000};
  loader.scan({a, b});
  const ObjectId id_b = loader.id_of(b);
  loader.map().clear();
  CHECK(loader.id_of(b) == kUnknownObject);
  loader.scan({b, a});
  CHECK(loader.id_of(b) == id_b);
}

TEST_CASE("random loading and unloading agrees with a plain map") {
  std::mt19937 random(17);
  Loader loader;
  std::map<uintptr_t, FakeObject> loaded; // by load address
  std::map<std::string, ObjectId> ids_of_paths;
  for (int round = 0; round != 500; ++round) {
    for (int change = 0; change != 4; ++change) {
      const uintptr_t address = 0x100000 * (1 + random() % 40);
      if (loaded.erase(address) == 0)
        loaded[address] = {"/lib/" + std::to_string(random() % 60) + "@" + std::to_string(address), address, 0x1000};
    }
    std::vector<FakeObject> objects;
    for (const auto& [address, object] : loaded) objects.push_back(object);
    loader.scan(objects);
    for (uintptr_t address = 0x100000; address != 0x100000 * 41; address += 0x100000) {
      const auto found = loaded.find(address);
      const ObjectId id = loader.id_at(address + 0x1800);
      if (found == loaded.end()) {
        REQUIRE(id == kUnknownObject);
      } else if (id != kOtherObjects) {
        REQUIRE(loader.path_of(id) == found->second.path);
        REQUIRE(ids_of_paths.emplace(found->second.path, id).first->second == id);
      }
    }
  }
  CHECK(ids_of_paths.size() > 100);
}

TEST_CASE("the C and C++ libraries allocate on behalf of their callers") {
  for (const char* path :
       {"/lib/x86_64-linux-gnu/libc.so.6", "libc-2.28.so", "/lib64/ld-linux-x86-64.so.2",
        "/usr/lib/libstdc++.so.6.0.30", "/x/libgcc_s.so.1", "libc++.so.1", "/lib/ld-musl-x86_64.so.1"}) {
    CHECK_MESSAGE(allocates_on_behalf(path), path);
  }
  for (const char* path :
       {"", "/usr/bin/node", "/x/libcrypto.so.3", "/x/libcurl.so.4", "/libc.so.6/addon.node", "/x/libm.so.6"}) {
    CHECK_FALSE_MESSAGE(allocates_on_behalf(path), path);
  }
}
