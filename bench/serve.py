#!/usr/bin/env python3
"""Asks a running `./denoise serve` for pictures, many at once: how many answers come, after how long, and with how much memory.

bench/serve.py PICTURE [CLIENTS] [SECONDS] [ADDRESS]
"""
import http.client
import re
import sys
import threading
import time

picture = open(sys.argv[1], "rb").read()
clients, seconds, address = (sys.argv[2:] + [100, 60, "127.0.0.1:5080"][len(sys.argv) - 2:])[:3]
clients, seconds = int(clients), float(seconds)
times, lost, memory = [], [], []
end = time.monotonic() + seconds


def ask():
    connection = http.client.HTTPConnection(address, timeout=600)
    while time.monotonic() < end:
        began = time.monotonic()
        try:
            connection.request("POST", "/v1/denoise", picture)
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200 or not body:
                raise OSError(f"{answer.status} {body[:200]}")
            times.append(time.monotonic() - began)
        except (OSError, http.client.HTTPException) as e:
            lost.append(repr(e))
            connection.close()


def watch():
    while any(thread.is_alive() for thread in threads):
        connection = http.client.HTTPConnection(address, timeout=600)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        memory.append(float(re.search(r"^process_working_set_bytes (\S+)", text, re.M)[1]))
        time.sleep(1)


threads = [threading.Thread(target=ask) for _ in range(clients)]
began = time.monotonic()
for thread in threads:
    thread.start()
watch()
took = time.monotonic() - began
times.sort()
print(f"{len(times)} answers in {took:.1f} s from {clients} clients, {len(lost)} lost {lost[:3] if lost else ''}")
print(f"p50 {times[len(times) // 2]:.2f} s, p99 {times[int(len(times) * 0.99)]:.2f} s, longest {times[-1]:.2f} s")
print(f"memory at the most {max(memory) / 2**20:.0f} MiB, at the end {memory[-1] / 2**20:.0f} MiB")
