"""What the machine could do, and how much of it we do: `python -m benchmarks` (docs/testing.md)."""
