"""What is true: events, the floor they describe, and the KPIs computed from them. Pure: told the time, never asks."""
