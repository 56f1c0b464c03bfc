"""Runs a command under a seccomp filter that refuses mincore with EPERM, as a container may."""
import ctypes
import os
import sys

PR_SET_SECCOMP, SECCOMP_MODE_FILTER, PR_SET_NO_NEW_PRIVS = 22, 2, 38
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | 1
mincore = {"x86_64": 27, "aarch64": 232}[os.uname().machine]


class Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("k", ctypes.c_uint)]


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("first", ctypes.POINTER(Instruction))]


steps = [(LOAD, 0, 0, 0), (JUMP_IF_EQUAL, 0, 1, mincore), (RETURN, 0, 0, REFUSE), (RETURN, 0, 0, ALLOW)]
filter_steps = (Instruction * len(steps))(*(Instruction(*step) for step in steps))
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
    sys.exit("no_new_privs is refused")
if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(Program(len(steps), filter_steps)), 0, 0) != 0:
    sys.exit("the seccomp filter is refused")
os.execvp(sys.argv[1], sys.argv[1:])
