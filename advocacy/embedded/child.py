"""Become a command that ends when its parent does: `python -m advocacy.embedded.child <parent> <command>`.

Without it, a supervisor that is killed would leave its children behind, holding the port.
"""

import ctypes
import os
import signal
import sys
from typing import NoReturn

PR_SET_PDEATHSIG = 1


def main() -> NoReturn:
    """Tie this process to its parent, then become the command."""
    parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(parent):
        raise SystemExit("The supervisor is gone.")
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main()
