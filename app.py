"""The WSGI entry point: `app` for servers and for the `flask` command."""

import sys

from blog.core.config import ConfigurationError
from blog.factory import create_app

try:
    app = create_app()
except ConfigurationError as error:
    sys.exit(f"The settings do not fit:\n{error}\nEvery name stands in docs/configuration.md.")
