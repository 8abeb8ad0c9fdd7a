"""Acts on the directory."""

from advocacy.directory.services.editions import open_version, publish_version
from advocacy.directory.services.records import save_record, verify_records
from advocacy.directory.services.sync import BadRow, Outcome, sync_directory

__all__ = [
    "BadRow",
    "Outcome",
    "open_version",
    "publish_version",
    "save_record",
    "sync_directory",
    "verify_records",
]
