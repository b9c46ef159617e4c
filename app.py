"""The WSGI entry point: `app` for servers and for the `flask` command."""

import sys
import traceback
from contextlib import suppress

# A mail server bounces what it pipes to `flask mail receive` at any status but this one (EX_TEMPFAIL in sysexits.h): a
# setting that is wrong, or a half-finished deploy, must cost nobody their message.
_FAULT = 75 if {"mail", "receive"} <= set(sys.argv) else 1

try:
    from blog.core.config import ConfigurationError
    from blog.factory import create_app

    try:
        app = create_app()
    except ConfigurationError as error:
        sys.stderr.write(f"The settings do not fit:\n{error}\nEvery name stands in docs/configuration.md.\n")
        sys.exit(_FAULT)
except Exception:
    if _FAULT == 1:
        raise
    with suppress(Exception):
        traceback.print_exc()
    sys.exit(_FAULT)
