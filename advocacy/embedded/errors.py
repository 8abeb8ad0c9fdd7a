class EmbeddedError(Exception):
    """A server cannot be had. The message says what to do; it is shown without a traceback."""
