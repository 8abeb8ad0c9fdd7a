"""`make clean-data`: stop the servers and remove their data."""

import sys

from advocacy.embedded import binaries, folders, keys
from advocacy.embedded.errors import EmbeddedError
from advocacy.embedded.folders import Folders
from advocacy.embedded.locks import FileLock, alone
from advocacy.embedded.postgres import Cluster
from advocacy.embedded.valkey import Broker


def stop_and_remove(found: Folders) -> bool:
    """Stop the servers and remove the folders, unless a process is attached. Return True if it was done."""
    with alone(found.run / "start.lock"):
        users = FileLock(found.run / "users.lock")
        try:
            if not users.try_alone():
                return False
            made = keys.load(found.var)
            Broker(found, made).stop()
            Cluster(found, made, durable=True).stop()
            folders.remove(found)
        finally:
            users.close()
    return True


def main() -> int:
    """Remove the data of this checkout. Return the exit status."""
    var = folders.default_var()
    if not var.exists():
        print(f"There is nothing in {var}.")
        return 0
    try:
        if not folders.marker(var).is_file():
            raise EmbeddedError(f"{var} was there before us and may hold other things. Empty it by hand.")
        if not stop_and_remove(folders.prepare(var)):
            raise EmbeddedError("The servers are in use. Stop `make run` first.")
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    binaries.remove_copies()
    print(f"Removed {var} and what belonged to it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
