"""The operator's console at `/admin/`."""

from advocacy.directory.admin import organisations, records
from advocacy.directory.admin.site import console

__all__ = ["console", "organisations", "records"]
