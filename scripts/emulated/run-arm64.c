/* Runs an arm64 program under qemu with the libraries of SYSROOT. Built static, because an LD_PRELOAD that is meant for the
 * emulated program would trouble it otherwise. It is the kernel's interpreter of arm64 files inside a namespace, or,
 * built with NODE, a node: that one tells the emulated node that this program is the node to start children with. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int count, char** arguments) {
  char** all = calloc((size_t)count + 8, sizeof *all);
  int n = 0;
  if (all == NULL) return 127;
  all[n++] = "qemu-aarch64-static";
  all[n++] = "-L";
  all[n++] = SYSROOT;
#ifdef NODE
  all[n++] = NODE;
  all[n++] = "--require";
  all[n++] = SELF_MODULE;
#endif
  for (int i = 1; i < count; i++) all[n++] = arguments[i];
  execv("/usr/bin/qemu-aarch64-static", all);
  perror("qemu-aarch64-static");
  return 127;
}
