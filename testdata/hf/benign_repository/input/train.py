"""Fine-tunes the model."""
import sys

print(f"{sys.argv!r} {len([1])}")
