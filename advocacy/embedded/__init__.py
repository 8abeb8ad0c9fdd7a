"""The embedded default: PostgreSQL and Valkey from wheels, for development, the demo and the tests.

Pure Python without Django: it runs before the settings are read, because it makes what they read.
"""
