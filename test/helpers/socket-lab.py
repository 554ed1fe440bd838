"""Makes sockets of every shape and holds them, so that a test knows by its own account what there is.

One JSON object a line on stdin, {"do": NAME, ...}; one answer a line on stdout, {"ok": ...} or {"error": errno name}.
Sockets are known by the handles that `open` and `accept` gave out. Ends with its stdin.
"""

import collections
import ctypes
import errno
import json
import os
import socket
import struct
import sys
import threading
import time

IP_BIND_ADDRESS_NO_PORT = 24
IPPROTO_MPTCP = 262
FAMILIES = {"inet": socket.AF_INET, "inet6": socket.AF_INET6}
KINDS = {
    "tcp": (socket.SOCK_STREAM, 0),
    "udp": (socket.SOCK_DGRAM, 0),
    "mptcp": (socket.SOCK_STREAM, IPPROTO_MPTCP),
}

sockets = {}
next_handle = 0


def keep(sock):
    global next_handle
    next_handle += 1
    sockets[next_handle] = sock
    return next_handle


def open_sockets(family="inet", kind="tcp", count=1, noPort=False, nonBlocking=False, reuseAddress=False):
    kind, protocol = KINDS[kind]
    made = [socket.socket(FAMILIES[family], kind, protocol) for _ in range(count)]
    for sock in made:
        if noPort:
            sock.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(reuseAddress))
        sock.setblocking(not nonBlocking)
    return [keep(sock) for sock in made]


def bind(handles, address="127.0.0.1", port=0):
    for handle in handles:
        sockets[handle].bind((address, port))
    return ports(handles)


def ports(handles):
    return [sockets[handle].getsockname()[1] for handle in handles]


def listen(handle, backlog=4096):
    sockets[handle].listen(backlog)


def connect(handles, address="127.0.0.1", port=0, scope=None):
    """The errno name of each, "" when it is connected."""
    target = (address, port) if scope is None else (address, port, 0, socket.if_nametoindex(scope))
    return [errno.errorcode.get(sockets[handle].connect_ex(target), "") for handle in handles]


def accept(handle, count=1):
    return [keep(sockets[handle].accept()[0]) for _ in range(count)]


def bind_each(handles, ports, address="127.0.0.1"):
    """Each to a port asked for by number."""
    for handle, port in zip(handles, ports):
        sockets[handle].bind((address, port))


def send(handles, text):
    for handle in handles:
        sockets[handle].sendall(text.encode())


def receive(handles):
    """What each has got, once there is something."""
    return [sockets[handle].recv(65536).decode() for handle in handles]


def await_reset(handles):
    for handle in handles:
        try:
            assert not sockets[handle].recv(1)
            raise AssertionError("an end in good order")
        except ConnectionResetError:
            pass


def disconnect(handles):
    """connect(AF_UNSPEC), which Python's own connect cannot say."""
    libc = ctypes.CDLL(None, use_errno=True)
    unspecified = ctypes.create_string_buffer(16)
    for handle in handles:
        if libc.connect(sockets[handle].fileno(), unspecified, 16) != 0:
            raise OSError(ctypes.get_errno(), "connect(AF_UNSPEC)")


def send_to(handle, address, port):
    sockets[handle].sendto(b"x", (address, port))


def close(handles, reset=False):
    for handle in handles:
        sock = sockets.pop(handle)
        if reset:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()


def close_in_thread(handles):
    thread = threading.Thread(target=close, args=(handles,))
    thread.start()
    thread.join()


def shutdown(handles):
    for handle in handles:
        sockets[handle].shutdown(socket.SHUT_RDWR)


def await_end(handles):
    """Waits until the peer of each has closed."""
    for handle in handles:
        assert sockets[handle].recv(1) == b""


def states(handles):
    """tcpi_state of each, the kernel's own word on a socket that is held."""
    return [sockets[handle].getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] for handle in handles]


def fork():
    """Pid of a child that holds the same sockets and does nothing."""
    pid = os.fork()
    if pid == 0:
        os.close(0)
        os.close(1)
        while True:
            time.sleep(3600)
    return pid


def churn(handle, rate, lifeMs):
    """Opens `rate` connections a second to our own listener for ever, each for `lifeMs`; the client end closes first."""
    listener = sockets[handle]

    def run():
        ring = collections.deque()
        begin = time.monotonic()
        made = 0
        while True:
            now = time.monotonic()
            while ring and ring[0][0] <= now:
                for sock in ring.popleft()[1:]:
                    sock.close()
            while made < (now - begin) * rate:
                client = socket.socket()
                client.connect(listener.getsockname())
                ring.append((now + lifeMs / 1000, client, listener.accept()[0]))
                made += 1
            time.sleep(0.002)

    threading.Thread(target=run, daemon=True).start()


COMMANDS = {
    "open": open_sockets,
    "bind": bind,
    "bindEach": bind_each,
    "ports": ports,
    "listen": listen,
    "connect": connect,
    "accept": accept,
    "send": send,
    "receive": receive,
    "awaitReset": await_reset,
    "disconnect": disconnect,
    "sendTo": send_to,
    "close": close,
    "closeInThread": close_in_thread,
    "shutdown": shutdown,
    "awaitEnd": await_end,
    "states": states,
    "fork": fork,
    "churn": churn,
}

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {"ok": COMMANDS[request.pop("do")](**request)}
    except OSError as error:
        answer = {"error": errno.errorcode.get(error.errno, str(error))}
    print(json.dumps(answer), flush=True)

os._exit(0)
