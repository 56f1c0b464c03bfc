// Functions in V8's namespace that call back through library code. Holds no test.
#ifndef BENCHMEM_TEST_CALLERS_CALL_THROUGH_H_
#define BENCHMEM_TEST_CALLERS_CALL_THROUGH_H_

#include <cstddef>
#include <ostream>
#include <streambuf>

#include "callers/callers.h"

namespace callers_test {

using Call = void (*)();
using DynamicFrame = void (*)(size_t bytes, int depth, Call call);
using Visit = void (*)(const benchmem::CallSite& site);

} // namespace callers_test

namespace v8::internal {

template <class Buffer>
__attribute__((noinline)) void write_to_stream() {
  Buffer buffer;
  std::ostream stream(&buffer);
  stream.write("x", 1);
  asm volatile("");
}

__attribute__((noinline)) inline void call_dynamic_frame(callers_test::DynamicFrame frame, int depth,
                                                         callers_test::Call call) {
  frame(64, depth, call);
  asm volatile("");
}

} // namespace v8::internal

namespace callers_test {

template <class Buffer>
void write_from_engine() {
  v8::internal::write_to_stream<Buffer>();
}

inline void dynamic_frame_from_engine(DynamicFrame frame, int depth, Call call) {
  v8::internal::call_dynamic_frame(frame, depth, call);
}

// Shows `visit` sites inside libstdc++: a stream buffer's virtual functions under each way to write to it.
class VisitingBuffer : public std::streambuf {
 public:
  explicit VisitingBuffer(Visit visit) : visit_(visit) {}

 protected:
  std::streamsize xsputn(const char*, std::streamsize count) override {
    const benchmem::CallSite site = BENCHMEM_CALL_SITE();
    visit_(site);
    return count;
  }
  int_type overflow(int_type character) override {
    const benchmem::CallSite site = BENCHMEM_CALL_SITE();
    visit_(site);
    return character == traits_type::eof() ? 0 : character;
  }
  int sync() override {
    const benchmem::CallSite site = BENCHMEM_CALL_SITE();
    visit_(site);
    return 0;
  }

 private:
  Visit visit_;
};

inline void stream_and_compare(Visit visit) {
  VisitingBuffer buffer(visit);
  std::ostream stream(&buffer);
  stream << "text" << 42 << 4.25 << 'c' << true << static_cast<const void*>(&buffer) << std::endl;
  stream.width(20);
  stream << "padded" << 17UL << -1LL << 2.5L;
  stream.put('x');
  stream.write("y", 1);
  stream.flush();
}

} // namespace callers_test

#endif // BENCHMEM_TEST_CALLERS_CALL_THROUGH_H_
