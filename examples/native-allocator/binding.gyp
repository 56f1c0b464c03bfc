{
  'targets': [
    {
      'target_name': 'bump',
      'sources': ['addon.c', 'bump.c'],
      'include_dirs': ['<!(node -p "require(\'path\').dirname(require.resolve(\'benchmem/package.json\'))")/native/include'],
      'cflags': ['-std=gnu11', '-fvisibility=hidden'],
    },
  ],
}
