# Runs a command on a terminal of its own, does things to it, ends it by SIGTERM, and prints the words that it printed.
# python3 on-terminal.py "kill SIGINT,SIGHUP" | "group SIGINT,SIGHUP" | "key X" | "resize" | "pause" COMMAND...
import fcntl, os, pty, re, select, signal, struct, sys, termios, time

way, _, what = sys.argv[1].partition(' ')
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown = b''


def read_until(word, seconds):
    global shown
    end = time.time() + seconds
    while word not in shown and time.time() < end:
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            shown += os.read(terminal, 65536)
        except OSError:
            return


read_until(b'ready', 60)
time.sleep(0.3)
if way in ('kill', 'group'):
    send = os.kill if way == 'kill' else os.killpg
    for name in what.split(','):
        send(child, getattr(signal, name))
        read_until(name.encode(), 20)
elif way == 'pause':
    os.killpg(child, signal.SIGSTOP)
    time.sleep(0.3)
    os.killpg(child, signal.SIGCONT)
elif way == 'key':
    os.write(terminal, what.encode())
else:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 33, 99, 0, 0))
read_until(b'SIG', 20)
time.sleep(0.5)  # a second one would come now
os.kill(child, signal.SIGTERM)
read_until(b'end', 20)
os.close(terminal)
os.killpg(child, signal.SIGKILL)  # the program too, if the command ended without it
os.waitpid(child, 0)
print('\n'.join(re.findall(r'SIG[A-Z0-9]+|ready|end', shown.decode(errors='replace'))))
