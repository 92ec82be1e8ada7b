"""Bring the loopback interface up, then become the command given as arguments.

A new network namespace starts with the interface down, and `ip` is not installed everywhere.
"""

import fcntl
import os
import socket
import struct
import sys

# linux/sockios.h and linux/if.h
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 0x1

if __name__ == "__main__":
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, _SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", _IFF_UP))
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606  the caller's own command
