"""Joins this feature to the application."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register what this feature offers."""
