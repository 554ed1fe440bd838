"""Holds COUNT network namespaces, each by a process of its own with a listener, ten unix sockets and one bound port.

Usage: idle-namespaces.py COUNT
Prints "ready" once all stand; ends with its children when its standard input does.
"""

import ctypes
import os
import signal
import socket
import sys

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


def live(ready):
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    listener = socket.socket()
    listener.bind(("0.0.0.0", 0))
    listener.listen()
    unix = [end for _ in range(5) for end in socket.socketpair()]
    bound = socket.socket()
    bound.bind(("0.0.0.0", 0))
    os.write(ready, b".")
    signal.pause()
    return listener, unix, bound


reader, writer = os.pipe()
children = []
for _ in range(int(sys.argv[1])):
    pid = os.fork()
    if pid == 0:
        live(writer)
    children.append(pid)
for _ in children:
    os.read(reader, 1)
print("ready", flush=True)
sys.stdin.read()
for pid in children:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
