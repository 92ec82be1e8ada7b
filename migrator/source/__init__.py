"""The lowest layer: bytes, text, spans and suppressions."""
