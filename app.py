"""The WSGI entry point: `app` for servers and for the `flask` command."""

from blog.factory import create_app

app = create_app()
