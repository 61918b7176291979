"""The program that confines itself, then becomes the one that opens a stranger's file.

Run as ``python -I -S jail.py RULES PROGRAM ARGUMENT...``. It is a program of its own, not a
``preexec_fn``: code between fork and exec of a process with threads may deadlock. It imports
the standard library only, so that it starts within milliseconds.

Resource limits hold everywhere. The rest holds where the kernel grants it, each part alone:

* no new privileges, and death with the parent;
* a network namespace without interfaces;
* Landlock: only the named paths can be opened;
* seccomp: no sockets of any family, which also holds in containers that refuse namespaces.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Mapping, Sequence
from typing import Any

FAILED = 126
"""Exit status where the program could not be started at all."""

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38

LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
FS_EXECUTE, FS_WRITE_FILE, FS_READ_FILE, FS_READ_DIR, FS_TRUNCATE = 1, 2, 4, 8, 1 << 14
FS_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many file-system rights each version of Landlock knows."""

SOCKET_CALLS = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""Audit architecture and number of socket(2), by machine."""
IO_URING_SETUP = 425
X32_CALLS = 0x40000000


def limit(rules: Mapping[str, Any]) -> None:
    """Set the resource limits of this process, never above what it already had."""
    wanted = {
        resource.RLIMIT_AS: rules["memory_bytes"],
        resource.RLIMIT_CPU: rules["cpu_s"],
        resource.RLIMIT_FSIZE: rules["file_bytes"],
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 0,
    }
    for what, value in wanted.items():
        _, hard = resource.getrlimit(what)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (allowed, allowed))


def leave_network(libc: ctypes.CDLL) -> None:
    """Enter an empty network namespace.

    A privileged process keeps its user namespace, as files of other users must stay readable.
    """
    if libc.unshare(CLONE_NEWNET) != 0:
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


def close_paths(libc: ctypes.CDLL, reads: Sequence[str], writes: Sequence[str]) -> None:
    """Open nothing from here on but ``reads`` (files, or folders with all below) and ``writes``."""
    version = libc.syscall(LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return
    every = (1 << FS_RIGHTS.get(version, 16)) - 1
    rights = struct.pack("Q", every)
    ruleset = libc.syscall(LANDLOCK_CREATE, rights, ctypes.c_size_t(len(rights)), 0)
    if ruleset < 0:
        return
    granted = dict.fromkeys(reads, FS_EXECUTE | FS_READ_FILE | FS_READ_DIR)
    granted |= dict.fromkeys(writes, FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE)
    for path, access in granted.items():
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        only = every if os.path.isdir(path) else ~FS_READ_DIR  # noqa: PTH112 - start-up time
        rule = struct.pack("=Qi", access & every & only, descriptor)
        libc.syscall(LANDLOCK_ADD, ruleset, 1, rule, 0)
        os.close(descriptor)
    libc.syscall(LANDLOCK_RESTRICT, ruleset, 0)
    os.close(ruleset)


def refuse_sockets(libc: ctypes.CDLL) -> None:
    """Make socket(2), and io_uring that could stand in for it, fail with EACCES."""
    known = SOCKET_CALLS.get(platform.machine())
    if known is None:
        return
    architecture, number = known
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    allow, deny, kill = 0x7FFF0000, 0x0005000D, 0x80000000
    program = [
        (load, 0, 0, 4),
        (equal, 1, 0, architecture),
        (answer, 0, 0, kill),
        (load, 0, 0, 0),
        (equal, 3, 0, number),
        (equal, 2, 0, IO_URING_SETUP),
        (at_least, 1, 0, X32_CALLS),
        (answer, 0, 0, allow),
        (answer, 0, 0, deny),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    filters = struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
    libc.prctl(PR_SET_SECCOMP, 2, filters, 0, 0)


def confine(rules: Mapping[str, Any]) -> None:
    """Give up everything that opening one file does not need."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        leave_network(libc)
        # After the namespaces: entering one forgets the signal.
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != rules["parent"]:
            sys.exit(FAILED)
        close_paths(libc, rules["reads"], rules["writes"])
        refuse_sockets(libc)
    limit(rules)


def main(arguments: Sequence[str]) -> None:
    """Confine this process by the JSON rules, then become the program."""
    confine(json.loads(arguments[0]))
    # Python ignores these two, and what is ignored stays so in the next program.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    try:
        os.execv(arguments[1], list(arguments[1:]))  # noqa: S606 - no shell is wanted
    except OSError as error:
        sys.stderr.write(f"cannot start {arguments[1]}: {error.strerror}\n")
        sys.exit(FAILED)


if __name__ == "__main__":
    main(sys.argv[1:])
