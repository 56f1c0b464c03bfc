# A shell's part in job control: runs a command on a terminal of its own, types Ctrl-Z into it, waits until it has stopped,
# continues it as fg does, and prints the state of the program and of the command in between, and all that they printed.
# python3 job-control.py COMMAND... ; the program prints "pid N" first.
import os, pty, re, select, signal, sys, time

reports, report = os.pipe()
shell, terminal = pty.fork()
if shell == 0:
    command = os.fork()
    if command == 0:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execvp(sys.argv[1], sys.argv[1:])
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(command, signal.SIGKILL))
    signal.alarm(180)  # nothing outlives a test that hangs
    while True:
        _, status = os.waitpid(command, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            break
        os.tcsetpgrp(0, os.getpgrp())
        os.write(report, b'stopped\n')
        time.sleep(1)
        os.tcsetpgrp(0, command)
        os.killpg(command, signal.SIGCONT)
    os.write(report, b'ended %d\n' % status)
    os._exit(0)

os.close(report)
shown = b''


def read_until(pattern, seconds):
    global shown
    end = time.time() + seconds
    while not re.search(pattern, shown) and time.time() < end:
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            shown += os.read(terminal, 65536)
        except OSError:
            return


def state_of(pid):
    with open(f'/proc/{pid}/stat') as file:
        return file.read().rsplit(')', 1)[1].split()[0]


read_until(rb'tick 3\r?\n', 60)
program = int(re.search(rb'pid (\d+)', shown)[1])
os.write(terminal, b'\x1a')
print(os.read(reports, 100).decode().strip(), 'as', state_of(program))
read_until(rb'end\r?\n', 60)
print(os.read(reports, 100).decode().strip())
print('\n'.join(re.findall(r'tick \d+|end|SIG[A-Z0-9]+', shown.decode(errors='replace'))))
