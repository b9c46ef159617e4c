"""Giving up what root may do, once the ports are bound (RFC 5321 knows nothing of it; every mail server does it)."""

import os
import pwd

# Below these only root may bind (ip(7)).
FIRST_FREE_PORT = 1024
_UMASK = 0o027


class CannotDrop(Exception):
    """The process cannot become the user; the text says why."""


def refusal_of_root(port: int, user: str | None) -> str | None:
    """Why the door may not open as it was started; None when it may.

    As root on a port of root's, somebody has meant it for the internet: then it never goes on as root.
    """
    if os.geteuid() == 0 and user is None and 0 < port < FIRST_FREE_PORT:
        return f"root opens port {port} only for somebody else; name a user for the mail door with SMTP_USER"
    return None


def account_of(user: str) -> pwd.struct_passwd:
    """The account that a name stands for. Raises `CannotDrop` where there is none, or it is root's."""
    try:
        account = pwd.getpwnam(user)
    except KeyError:
        raise CannotDrop(f"there is no user {user!r} on this machine") from None
    if account.pw_uid == 0:
        raise CannotDrop(f"{user!r} is root itself; name a user who may less")
    return account


def become(user: str) -> None:
    """Go on as `user`, with the groups of that user, for good. Raises `CannotDrop`.

    A process that is that user already stays so.
    """
    account = account_of(user)
    if os.geteuid() != 0:
        if os.geteuid() != account.pw_uid:
            raise CannotDrop(f"only root can become {user!r}; start as root, or leave SMTP_USER out")
        return
    os.initgroups(user, account.pw_gid)
    os.setresgid(account.pw_gid, account.pw_gid, account.pw_gid)
    os.setresuid(account.pw_uid, account.pw_uid, account.pw_uid)
    os.environ["HOME"] = account.pw_dir
    os.umask(_UMASK)
