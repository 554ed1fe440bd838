"""Runs COUNT programs of as many names in SECONDS, each of which holds 1 to 20 ports for a moment: a build host's churn.

Usage: build-host.py LEAKY DIRECTORY COUNT SECONDS. LEAKY is leaky.c built; each program is a hard link to it. Prints how many
it has run, and ends with its stdin.
"""

import collections
import os
import subprocess
import sys
import time

leaky, directory, count, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
HOLD_SECONDS = 0.5
running = collections.deque()
begin = time.monotonic()
started = 0
while started < count or running:
    now = time.monotonic()
    while running and running[0][0] <= now:
        _, program, path = running.popleft()
        program.stdin.close()
        program.wait()
        os.unlink(path)
    if started < count and started < (now - begin) / seconds * count:
        path = os.path.join(directory, f"cc1plus-{started:04}")
        os.link(leaky, path)
        arguments = [path, str(started % 20 + 1), "0"]
        program = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, close_fds=True)
        running.append((now + HOLD_SECONDS, program, path))
        started += 1
    else:
        time.sleep(0.005)
print(f"ran {started}", flush=True)
sys.stdin.read()
