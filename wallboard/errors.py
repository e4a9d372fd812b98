"""Every error a user can meet, split by who is to blame.

WallboardError
├── UsageError        wrong words on the command line        exit 2
├── DataError         a file or a feed is not what it claims  exit 1
│   └── JournalError  a .feed file is damaged or foreign      exit 1
└── FeedError         the wire: a port in use, a refusal      exit 1
"""


class WallboardError(Exception):
    """Something the user can mend; its text says what happened and what to do."""

    exit_code = 1


class UsageError(WallboardError):
    """The command line asks for something that cannot be."""

    exit_code = 2


class DataError(WallboardError):
    """A file is not what it claims to be."""


class JournalError(DataError):
    """A .feed file is damaged, foreign or cannot be written."""


class FeedError(WallboardError):
    """The wire cannot be used: an address in use, a refusal, a bad address."""
