# The build of what ships, run in a checkout: the addon and the preload library. Source lists are in native/sources.json.
{
  'variables': {
    'vendor_jemalloc%': '<(module_root_dir)/native/vendor/build',
    'node_addon_api': '<!(node -p "require(\'node-addon-api\').include_dir")',
  },
  'target_defaults': {
    'include_dirs': ['native'],
    'cflags!': ['-fno-omit-frame-pointer', '-O3'],
    'cflags_cc!': ['-std=gnu++17', '-std=gnu++20'],
    'cflags': [
      '-O2', '-g0', '-fPIC', '-pthread', '-Wall', '-Wextra', '-fvisibility=hidden',
      # WHY: it pins glibc symbols to old versions, because the binaries must load where Node 20 runs.
      '-include', '<(module_root_dir)/native/abi/glibc_floor.h',
    ],
    'cflags_cc': [
      '-std=gnu++17', '-fno-exceptions', '-fno-rtti', '-fno-threadsafe-statics', '-fvisibility-inlines-hidden',
    ],
    'ldflags!': ['-rdynamic'],
    # WHY: the objects are nodelete, because hooks and thread-exit handlers point into them after a dlclose.
    # WHY: the build id tells whose reading of an engine's symbols a handover is.
    'ldflags': ['-Wl,--build-id', '-Wl,--exclude-libs,ALL', '-Wl,-z,nodelete', '-Wl,-z,relro', '-Wl,-z,now', '-Wl,-s'],
  },
  'targets': [
    {
      'target_name': 'benchmem',
      'sources': ['<!@(node scripts/lib/native-sources.mjs tracker profile callers mappings reports attached names v8_heap_parts v8_heap reporter binding)'],
      'include_dirs': ['<(node_addon_api)'],
      # WHY: exceptions are swallowed, because a worker that is ended while it loads the addon can take none any more.
      'defines': ['NAPI_VERSION=8', 'NAPI_DISABLE_CPP_EXCEPTIONS', 'NODE_ADDON_API_DISABLE_DEPRECATED',
                  'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS'],
      # WHY: there is the archive, because the shared libstdc++ exports of its demangler only what has no limits. It
      # stands behind the shared one, so that nothing else comes from it: operator new must be everybody's.
      'libraries': ['-ldl', '-lstdc++', '-l:libsupc++.a'],
      # WHY: exports are listed, because other addons would find templates of the C++ library otherwise.
      'ldflags': ['-Wl,--version-script=<(module_root_dir)/native/binding/exports.map'],
    },
    {
      'target_name': 'libbenchmem',
      'product_name': 'libbenchmem',
      'sources': ['<!@(node scripts/lib/native-sources.mjs tracker profile callers mappings reports backend preload_parts preload)'],
      'include_dirs': ['<(vendor_jemalloc)/include'],
      'defines': ['BENCHMEM_PRELOAD'],
      'libraries': ['<(vendor_jemalloc)/lib/libjemalloc_pic.a', '-lc', '-lgcc'],
      # WHY: it must not bring libstdc++ in, because it is preloaded into every program that node starts from.
      'ldflags': ['-nodefaultlibs', '-Wl,-soname,libbenchmem.so', '-Wl,--no-undefined'],
      'target_conditions': [
        ['_type=="loadable_module"', { 'product_extension': 'so' }],
      ],
    },
  ],
}
