"""How a machine is heard beyond the wall: its own bell, the desktop's notifications, and webhooks."""

import shutil
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QApplication, QStyle, QSystemTrayIcon

from wallboard.board.spec import RuleSpec
from wallboard.ui.herald import Means

SHOWN_MS = 10_000
Notify = Callable[[str, str], None]


def means_of(rules: tuple[RuleSpec, ...], log: Callable[[str], None]) -> Means:
    """What the rules ask of this machine; says once what it cannot do. Needs a running application."""
    asked = {action for rule in rules for action in rule.actions}
    notify = notifier(log) if "notify" in asked else _unheard
    return Means(QApplication.beep, notify, _poster(log) if any(rule.webhook for rule in rules) else _unsent)


def notifier(log: Callable[[str], None]) -> Notify:
    """The tray where there is one, else the program every other desktop has for it."""
    if QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages():
        icon = QApplication.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning)
        tray = QSystemTrayIcon(icon, QApplication.instance())
        tray.setToolTip("Wallboard")
        tray.show()
        return lambda title, text: tray.showMessage(title, text, icon, SHOWN_MS)
    program = shutil.which("notify-send")
    if program is not None:
        return partial(_by_program, program, log)
    log("rules ask for desktop notifications, and this desktop has neither a tray nor notify-send")
    return _unheard


def _by_program(program: str, log: Callable[[str], None], title: str, text: str) -> None:
    words = [f"--expire-time={SHOWN_MS}", "--app-name=Wallboard", "--", title, text]
    if not QProcess.startDetached(program, words)[0]:
        log(f"{program} cannot be started")


def _poster(log: Callable[[str], None]) -> Callable[[str, bytes], None]:
    from wallboard.ui.webhooks import Webhooks  # noqa: PLC0415 - 9 MB that most walls can spare

    return Webhooks(log).post


def _unheard(_: str, __: str) -> None:
    """Nothing here can show it."""


def _unsent(_: str, __: bytes) -> None:
    """No rule has an address."""
