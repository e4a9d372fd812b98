"""Wallboard: a real-time supervisor wall for contact centres, a fold over a feed of events."""

__version__ = "0.1.0"
