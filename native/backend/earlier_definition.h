// Who comes before this library in the loader's order, for a given function.
#ifndef BENCHMEM_BACKEND_EARLIER_DEFINITION_H_
#define BENCHMEM_BACKEND_EARLIER_DEFINITION_H_

namespace benchmem {

struct EarlierDefinition {
  void* address;      // nullptr: nobody defines it before us, so calls of it come to us
  const char* object; // path as the loader knows it; "" is the executable
};

// Reads the loaded objects' symbol tables; calls nothing that allocates, unlike a dlsym that finds nothing.
EarlierDefinition find_earlier_definition(const char* name) noexcept;

} // namespace benchmem

#endif // BENCHMEM_BACKEND_EARLIER_DEFINITION_H_
