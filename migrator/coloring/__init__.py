"""Which functions become async, stay sync or are bridged, and why."""
