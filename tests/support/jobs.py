"""Carrying out work in tests: at once, in this process, in the order in which it is due."""

from blog.core.jobs.queue import run_next


def run_due_jobs() -> int:
    """Carry out everything that is due, also what that causes. Returns how many pieces of work there were."""
    done = 0
    while run_next():
        done += 1
    return done
