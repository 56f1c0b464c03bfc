// The example of examples/native-allocator, as it is, as a test addon.
#include "../../../examples/native-allocator/bump.c"
