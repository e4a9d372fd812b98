"""One file per ACD dialect: its lines or messages become events."""
