"""Where events come from: the wire, the journal, recordings, the simulator and the adapters of ACD dialects."""
