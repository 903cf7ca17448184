#!/usr/bin/python3
"""A sender for tests: Debian's ffmpeg plays a test card to a free port of 127.0.0.1, again and again.

Prints "port N". udp: sends an MPEG transport stream there; srt, rtmp: waits there for who wants to watch.
Usage: push_server.py udp|srt|rtmp
"""
import ctypes
import signal
import socket
import subprocess
import sys

PROTOCOL = sys.argv[1]
TARGETS = {
    "udp": ["-f", "mpegts", "udp://127.0.0.1:%d?pkt_size=1316"],
    "srt": ["-f", "mpegts", "srt://127.0.0.1:%d?mode=listener"],
    "rtmp": ["-f", "flv", "-listen", "1", "rtmp://127.0.0.1:%d/live/camera"],
}


def free_port():
    kind = socket.SOCK_STREAM if PROTOCOL == "rtmp" else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def die_with_parent():
    pr_set_pdeathsig = 1  # linux/prctl.h
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def main():
    port = free_port()
    target = TARGETS[PROTOCOL]
    command = ["ffmpeg", "-nostdin", "-loglevel", "quiet", "-re", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=120",
               "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "12", "-pix_fmt", "yuv420p",
               *target[:-1], target[-1] % port]
    print("port", port, flush=True)
    while True:
        subprocess.run(command, check=False, preexec_fn=die_with_parent)


main()
