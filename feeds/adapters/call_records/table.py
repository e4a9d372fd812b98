"""Rows of a CSV, TSV or Parquet file, each a mapping of column to value."""

import csv
import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from feeds.adapters.call_records.record_map import FileKeys
from wallboard.errors import DataError, UsageError

Row = Mapping[str, object]
KINDS = {".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".txt": "tsv", ".parquet": "parquet"}
FIELD_LIMIT = 64 * 1024


def rows(path: Path, keys: FileKeys, needed: Sequence[str]) -> Iterator[Row]:
    """Rows in the file's order. Raises DataError for a file that cannot be read or lacks a needed column."""
    if path.is_dir():
        raise DataError(f"{path}: is a directory; name a file in it")
    if not path.exists():
        raise DataError(f"{path}: no such file")
    if path.stat().st_size == 0:
        raise DataError(f"{path}: is empty; a table begins with the names of its columns")
    kind = keys.kind or KINDS.get(path.suffix.lower(), "csv")
    return _parquet(path, needed) if kind == "parquet" else _delimited(path, keys, kind, needed)


def _delimited(path: Path, keys: FileKeys, kind: str, needed: Sequence[str]) -> Iterator[Row]:
    delimiter = keys.delimiter or {"csv": ",", "tsv": "\t"}[kind]
    try:
        with path.open(encoding=keys.encoding, errors="replace", newline="") as stream:
            reader = csv.DictReader(_bounded(stream), delimiter=delimiter, restkey="", restval="")
            check_columns(path, reader.fieldnames or (), needed)
            yield from reader
    except (csv.Error, OSError, LookupError) as error:
        raise DataError(f"{path}: cannot be read as {kind}: {error}") from error


def _bounded(lines: Iterator[str]) -> Iterator[str]:
    """Lines without NUL bytes, and none so long that it can only be a file of another kind."""
    for line in lines:
        if len(line) > FIELD_LIMIT:
            raise csv.Error("a line is longer than 64 KiB")
        yield line.replace("\0", "")


def _parquet(path: Path, needed: Sequence[str]) -> Iterator[Row]:
    try:
        import polars as pl  # noqa: PLC0415 - an optional extra, and slow to import
    except ImportError:
        raise UsageError("reading Parquet needs polars: install wallboard with its extra 'parquet'") from None
    try:
        names = pl.read_parquet_schema(path)
        check_columns(path, list(names), needed)
        yield from pl.read_parquet(path, columns=list(needed)).iter_rows(named=True)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise DataError(f"{path}: cannot be read as Parquet: {error}") from error


def check_columns(path: Path, there: Sequence[str], needed: Sequence[str]) -> None:
    """Raise one DataError that names every missing column and what it may be called."""
    problems = []
    for column in needed:
        if column not in there:
            near = difflib.get_close_matches(column, there, 1)
            problems.append(f"'{column}'" + (f" (is it '{near[0]}'?)" if near else ""))
    if problems:
        raise DataError(f"{path}: the map names columns that are not there: {', '.join(problems)}")
