// Loaded before a program: it then runs as on the machine that BENCHMEM_TEST_HOST says, on which no addon of benchmem loads.
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');

const { platform, arch, node } = JSON.parse(process.env.BENCHMEM_TEST_HOST);
Object.defineProperty(process, 'platform', { value: platform });
Object.defineProperty(process, 'arch', { value: arch });

const { dlopen } = process;
process.dlopen = (module, file, ...rest) => {
  if (/benchmem[^/]*\.node$/.test(file)) throw new Error('this machine loads no addon of benchmem');
  return dlopen(module, file, ...rest);
};

// Whoever opens the executable to read its header gets that file.
if (node !== undefined) {
  const { openSync } = fs;
  fs.openSync = (path, ...rest) => openSync(path === process.execPath ? node : path, ...rest);
  syncBuiltinESMExports();
}
