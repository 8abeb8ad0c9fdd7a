"""Advocacy: case management for patient-advocacy organisations in California."""

from advocacy.celery import app as celery_app

__all__ = ["celery_app"]
