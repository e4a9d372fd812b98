"""Tables of finished calls (CSV, TSV, Parquet), with a TOML map that says which column is what."""
