#include "v8_heap/heap_ids.h"

#include "v8_heap/symbols.h"

namespace benchmem::v8_heap {
namespace {

// v8::OutputStream, which V8 writes statistics to that nobody reads here.
class NoStream {
 public:
  virtual ~NoStream() = default;
  virtual void end_of_stream() {}
  virtual int chunk_size() { return 1 << 16; }
  virtual int write_text(char* /*text*/, int /*bytes*/) { return kGoOn; }
  virtual int write_statistics(void* /*updates*/, int /*count*/) { return kGoOn; }

 private:
  static constexpr int kGoOn = 0;
};

} // namespace

uint32_t mark_heap_ids() noexcept {
  const Symbols& v8 = symbols();
  if (v8.get_heap_profiler == nullptr || v8.start_tracking_objects == nullptr || v8.get_object_statistics == nullptr) {
    return 0;
  }
  Isolate* isolate = v8.try_get_current();
  if (isolate == nullptr) return 0;
  HeapProfiler* profiler = v8.get_heap_profiler(isolate);
  v8.start_tracking_objects(profiler, false);
  NoStream stream;
  return v8.get_object_statistics(profiler, &stream, nullptr);
}

} // namespace benchmem::v8_heap
