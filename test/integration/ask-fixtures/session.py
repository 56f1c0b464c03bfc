# Runs a command on a terminal of its own and types keys, each once its text has been seen: session.py COLUMNS KEYS COMMAND...
# KEYS is JSON: [[text, keys], ...]. Prints what the terminal showed, then `ended N`.
import fcntl, json, os, pty, select, struct, sys, termios, time

columns, keys, command = int(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
shown, seen, deadline = b"", 0, time.monotonic() + 120
while time.monotonic() < deadline:
    if keys and keys[0][0].encode() in shown[seen:]:
        seen = len(shown)
        os.write(terminal, keys.pop(0)[1].encode())
    if not select.select([terminal], [], [], 0.1)[0]:
        continue
    try:
        read = os.read(terminal, 65536)
    except OSError:
        read = b""
    if not read:
        break
    shown += read
else:
    os.kill(pid, 9)
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.stdout.buffer.write(shown + b"\nended %d\n" % status)
