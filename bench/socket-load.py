"""Holds many TCP connections on loopback for the bench.

Usage: socket-load.py server PORT COUNT | socket-load.py client PORT COUNT
Prints "ready" once COUNT connections stand; ends when its standard input does.
"""

import socket
import sys

role, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
held = []
if role == "server":
    listener = socket.create_server(("127.0.0.1", port), backlog=4096)
    print("listening", flush=True)
    held = [listener.accept()[0] for _ in range(count)]
else:
    held = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
print("ready", flush=True)
sys.stdin.read()
