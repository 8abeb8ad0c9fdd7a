"""Where data live, and as whom the database runs.

PostgreSQL refuses to run as root. Root therefore starts it as `nobody`, who cannot enter a home folder
such as /root: then the data, and a copy of the programs, live outside, in a folder named in `var/WHERE`.
No account is made, and no folder above ours changes its permissions.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from advocacy.embedded.errors import EmbeddedError

CHECKOUT = Path(__file__).resolve().parent.parent.parent
# Both outlive a restart. In the second anybody may make a folder, so ours is checked before it is used.
OUTSIDE = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108


@dataclass(frozen=True)
class Account:
    """As whom a server runs; without ids: as whoever we are."""

    uid: int | None = None
    gid: int | None = None

    @property
    def other(self) -> bool:
        """Tell whether it is somebody else than us."""
        return self.uid is not None

    def give(self, path: Path) -> None:
        """Make the account the owner of a file or folder."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


@dataclass(frozen=True)
class Folders:
    """The folders of one installation: `var` is ours, `home` is where the database's own folder stands."""

    var: Path
    home: Path
    account: Account

    @property
    def run(self) -> Path:
        """Return the folder of locks and of what is known about running servers."""
        return self.var / "run"

    @property
    def log(self) -> Path:
        """Return the folder of log files."""
        return self.var / "log"

    def make_home(self) -> None:
        """Make the folder in which the database's own one stands, and say in `var` where it is."""
        if self.home != self.var:
            make_outside(self.home)
            (self.var / "WHERE").write_text(f"{self.home}\n")


def default_var() -> Path:
    """Return the data folder: ADVOCACY_VAR, or `var` in the checkout."""
    return (CHECKOUT / (os.environ.get("ADVOCACY_VAR") or "var")).resolve()


def prepare(var: Path) -> Folders:
    """Make the folders and find out as whom the database runs.

    Raises:
        EmbeddedError: the data folder belongs to somebody else, or holds the checkout.
    """
    var = var.resolve()
    if CHECKOUT.is_relative_to(var):
        raise EmbeddedError(f"ADVOCACY_VAR must name a folder of its own, not {var}.")
    account = _account(var)
    try:
        if not var.is_dir():
            # Several first starts at once: any of them may be the one that makes it.
            var.mkdir(parents=True, exist_ok=True)
            # Others need no more than passing through, and only when the database runs as another account.
            var.chmod(0o711 if account.other else 0o700)
            marker(var).touch()
        for folder in (var / "run", var / "log"):
            folder.mkdir(mode=0o700, exist_ok=True)
        if not os.access(var / "run", os.W_OK):
            raise PermissionError
    except PermissionError as error:
        raise EmbeddedError(
            f"{var} belongs to another account. Run as that account, or name another folder: "
            "ADVOCACY_VAR=/path/to/folder."
        ) from error
    return Folders(var=var, home=_home(var, account), account=account)


def _account(var: Path) -> Account:
    if os.geteuid() != 0:
        return Account()
    for cluster in sorted(var.glob("pg*[0-9]")):
        owner = cluster.stat()
        if owner.st_uid != 0:
            return Account(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise EmbeddedError(
            "PostgreSQL does not run as root and this machine has no account named nobody. "
            "Run as an ordinary user, or set DATABASE_URL."
        ) from error
    return Account(nobody.pw_uid, nobody.pw_gid)


def can(account: Account, *command: str) -> bool:
    """Tell whether the account can run the command, from the root folder."""
    try:
        return (
            subprocess.run(
                command,
                check=False,
                capture_output=True,
                cwd="/",
                user=account.uid,
                group=account.gid,
                extra_groups=[] if account.other else None,
            ).returncode
            == 0
        )
    except OSError:
        return False


def can_enter(account: Account, folder: Path) -> bool:
    """Tell whether the account can pass into the folder."""
    return not account.other or can(account, "/bin/sh", "-c", 'cd "$1"', "sh", str(folder))


def _home(var: Path, account: Account) -> Path:
    return var if can_enter(account, var) else outside("advocacy", str(var))


def outside(prefix: str, key: str) -> Path:
    """Return the place of our folder outside of all homes, keyed by a text. It may not be there yet."""
    base = next((base for base in OUTSIDE if os.access(base, os.W_OK)), OUTSIDE[-1])
    return base / f"{prefix}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def make_outside(folder: Path) -> None:
    """Make our folder outside of all homes, open to pass through.

    Raises:
        EmbeddedError: somebody else took its name.
    """
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise EmbeddedError(f"{folder} is not ours. Remove it, or set ADVOCACY_VAR to another folder.")
    folder.chmod(0o755)


def marker(var: Path) -> Path:
    """Return the sign that we made the folder: then all in it is ours, and may be removed with it."""
    return var / ".made-by-advocacy"


def remove(folders: Folders) -> None:
    """Remove the data folder, and the one outside if there is one."""
    if folders.home != folders.var:
        shutil.rmtree(folders.home, ignore_errors=True)
    if marker(folders.var).is_file():
        shutil.rmtree(folders.var, ignore_errors=True)
