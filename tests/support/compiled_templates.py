"""Templates are compiled once for all applications and programs that one process of tests starts.

All of them take a second and a half. What is compiled lasts no longer than the process: Jinja would not see that its
settings have changed.
"""

import atexit
import shutil
import tempfile
from functools import cache

from flask import Flask
from jinja2 import FileSystemBytecodeCache


@cache
def folder_for_templates() -> str:
    """The folder of this process; gone when it ends."""
    folder = tempfile.mkdtemp(prefix="rejoinder-templates-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def keep_compiled_templates(folder: str) -> None:
    """Let every application that is made from here on take compiled templates from a folder, and put them there."""
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(folder)}
