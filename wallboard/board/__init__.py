"""What to show: snapshots turned into views of text, severity and geometry. Still free of Qt."""
