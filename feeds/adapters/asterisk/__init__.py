"""Asterisk's dialects: the queue_log file (`queue_log`), and what its modules share."""
