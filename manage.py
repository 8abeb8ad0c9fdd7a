#!/usr/bin/env python3
"""Run a management command; without DATABASE_URL, on the embedded servers."""

import os
import sys


def main() -> int:
    """Name the servers, then let Django run the command."""
    environment = os.environ.get("ADVOCACY_ENV") or "dev"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"advocacy.settings.{environment}")
    from advocacy.embedded import commands, supervisor
    from advocacy.embedded.errors import EmbeddedError

    arguments = sys.argv[1:]
    if commands.is_dev(arguments):
        return supervisor.main()
    try:
        servers = commands.servers_for(arguments)
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    with servers:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
