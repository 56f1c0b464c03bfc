// Node-API addon of the attached tests: what JavaScript cannot call itself, and the marks of the preloaded counter.
#include <node_api.h>

#include "actions.h"
#include "load.h"
#include "slots.h"

namespace {

using Action = double (*)(const char* text, double number);

struct Entry {
  const char* name;
  Action action;
};

const Entry kEntries[] = {
    {"mark", set_mark},
    {"marked", read_mark},
    {"copyTexts", copy_texts},
    {"readLines", read_lines},
    {"printTexts", print_texts},
    {"operators", use_operators},
    {"keepSmall", keep_small},
    {"releaseSmall", release_small},
    {"failingNew", use_failing_new},
    {"mallocFamily", use_malloc_family},
    {"convertText", convert_text},
    {"openLibrary", open_library},
    {"callLibrary", call_library},
    {"libraryAddress", library_address},
    {"closeLibrary", close_library},
    {"startThreads", start_threads},
    {"stopThreads", stop_threads},
    {"forkChildren", fork_children},
    {"saveSlots", save_slots},
    {"changedSlots", changed_slots},
    {"slotsInto", slots_into},
};

// Each takes one text or number (or neither) and returns a number.
napi_value call_action(napi_env env, napi_callback_info info) {
  void* entry = nullptr;
  size_t count = 1;
  napi_value argument = nullptr;
  napi_get_cb_info(env, info, &count, &argument, nullptr, &entry);
  char text[1024] = "";
  double number = 0;
  size_t length = 0;
  if (count == 1 && napi_get_value_double(env, argument, &number) != napi_ok) {
    napi_get_value_string_utf8(env, argument, text, sizeof(text), &length);
  }
  napi_value result = nullptr;
  napi_create_double(env, static_cast<const Entry*>(entry)->action(text, number), &result);
  return result;
}

} // namespace

NAPI_MODULE_INIT() {
  for (const Entry& entry : kEntries) {
    napi_value function = nullptr;
    napi_create_function(env, entry.name, NAPI_AUTO_LENGTH, call_action, const_cast<Entry*>(&entry), &function);
    napi_set_named_property(env, exports, entry.name, function);
  }
  return exports;
}
