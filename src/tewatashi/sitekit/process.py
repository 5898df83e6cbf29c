"""No process outlives its parent: a killed supervisor must not leave a worker that still answers with old rules."""

from __future__ import annotations

import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process with SIGKILL when the process `parent`, its parent, ends in any way.

    OSError where the kernel refuses. Linux only, like the sites.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        # The parent was gone before the kernel knew of our wish: nobody would ever tell us.
        os.kill(os.getpid(), signal.SIGKILL)
