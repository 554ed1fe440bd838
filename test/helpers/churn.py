"""Keeps a network namespace busy in every way at once until its stdin ends or SIGTERM, upon which it tells how much it made, RATE connections a second among it.

Usage: churn.py RATE PORT. Connections to a listener of our own on PORT live 0 to 2 s, and either end closes first, some by
reset; beside them ports are bound and let go, UDP sockets come and go, and children that share our sockets come and die.
"""

import heapq
import os
import random
import select
import signal
import socket
import struct
import sys
import time

rate, port = int(sys.argv[1]), int(sys.argv[2])
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(print(made)))
listener = socket.create_server(("127.0.0.1", port), backlog=4096)
ends = []  # A heap of (time, number, sockets to close in this order).


def connection():
    client = socket.create_connection(("127.0.0.1", port))
    pair = [client, listener.accept()[0]]
    random.shuffle(pair)
    if random.random() < 0.1:
        pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return pair


def bound():
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    return [sock]


def datagram():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    (sock.bind if random.random() < 0.5 else sock.connect)(("127.0.0.1", 0 if random.random() < 0.5 else port))
    return [sock]


def fork():
    """A child that holds what we hold now for a moment."""
    if os.fork() == 0:
        time.sleep(random.uniform(0.05, 1.5))
        os._exit(0)


SHAPES = [(0.8, connection), (0.1, bound), (0.1, datagram)]
begin = time.monotonic()
made = forked = 0
print("churning", flush=True)
while not select.select([sys.stdin], [], [], 0.002)[0]:
    now = time.monotonic()
    while ends and ends[0][0] <= now:
        for sock in heapq.heappop(ends)[2]:
            sock.close()
    while made < (now - begin) * rate:
        made += 1
        shape = random.choices([make for _, make in SHAPES], [share for share, _ in SHAPES])[0]
        try:
            heapq.heappush(ends, (now + random.uniform(0, 2), made, shape()))
        except OSError:
            pass  # The one port of a datagram that another holds, or a range that TIME_WAIT has filled.
    if forked < (now - begin) * 5:
        forked += 1
        fork()
