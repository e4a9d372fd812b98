"""A seeded contact centre, simulated contact by contact: a feed to show, to measure with and to test against."""

from feeds.simulator.config import SimConfig
from feeds.simulator.pacing import Paced, history, paced
from feeds.simulator.run import simulate

__all__ = ["Paced", "SimConfig", "history", "paced", "simulate"]
