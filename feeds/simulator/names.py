"""Invented people, teams, places and queue kinds."""

from random import Random
from typing import Literal

from msgspec import Struct

from wallboard.core.vocabulary import Channel

FIRST = (
    "Ada Adil Aiko Alba Aldo Alix Amir Ana Anders Anouk Ari Asha Astrid Aylin Basil Bea Bela Bilal Birgit Boris "
    "Bram Carla Cem Chiara Chloe Ciro Clara Cleo Colin Cora Dag Dalia Dana Daria Davi Delia Diego Dina Dora Edda "
    "Edgar Elena Eli Elif Elsa Emeka Emil Enzo Erik Esme Eva Ewa Fadi Farah Felix Femi Fenna Fleur Flora Franz "
    "Freya Gaia Georg Gilda Gita Goran Greta Hana Hans Hedda Heidi Helga Hugo Ibrahim Ida Igor Ilse Imani Ines "
    "Ingrid Inka Ioan Irene Iris Ivo Jade Jakub Jana Jesper Joana Jonas Jorge Josef Jules Juno Kaito Kalle Karim "
    "Karin Katia Keiko Kenji Kira Klara Koen Lara Lars Leila Lena Leo Levi Lia Lina Livia Lotte Louis Luca Lucie "
    "Luz Maeve Maja Malik Manon Mara Marco Marek Marta Mateo Maud Mei Mika Mila Milan Mina Mira Mona Nadia Naomi "
    "Nell Nia Nico Nils Nina Noa Noor Nora Odile Olaf Olga Omar Orla Oscar Otto Pablo Paola Pavel Pia Piotr "
    "Priya Quentin Rafa Ragna Rania Ravi Remy Rhea Rita Rosa Ruben Runa Saad Sami Sanne Sara Selma Sena Silvio "
    "Sofia Sora Stella Sven Tamar Tara Teo Thea Tilda Timo Tomas Tove Uli Uma Ursel Vera Viggo Viola Wanda Wim "
    "Xenia Yara Yann Yuki Yusuf Zara Zeno Zoe"
)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWZ"
TEAMS = ("Blue", "Green", "Amber", "Violet", "Teal", "Coral", "Indigo", "Olive", "Slate", "Ruby")
SITES = ("lyon", "porto", "leeds")
MARKETS = "FR DE ES IT NL UK PT BE CH AT SE DK NO FI PL CZ IE GR HU RO BG HR SI SK LT"
LANGUAGES = "fr de es it nl en pt fr de de sv da no fi pl cs en el hu ro bg hr sl sk lt"
"""Of the markets, in their order."""
CODES = ("resolved", "information", "order", "complaint", "follow-up", "account-change")

Flow = Literal["voice", "chat", "email", "callback"]


class QueueKind(Struct, frozen=True, kw_only=True):
    """What a queue is for. Seconds; ``share``: its part of its pool's contacts; ``head_start``: its favour."""

    name: str
    flow: Flow = "voice"
    share: float
    talk: float
    wrap: float
    threshold: int
    target: float
    short: int = 5
    patience: float = 300
    head_start: int = 0
    value: int = 0
    """Mean worth of an order, minor units of a currency."""

    @property
    def channel(self) -> Channel:
        """Its channel in the event vocabulary."""
        return self.flow

    @property
    def slug(self) -> str:
        """Its name as part of an id."""
        return self.name.lower().replace(" ", "-")


KINDS = (
    QueueKind(name="Support", share=32, talk=265, wrap=42, threshold=20, target=0.8),
    QueueKind(name="Sales", share=17, talk=290, wrap=55, threshold=20, target=0.85, patience=240, value=8900),
    QueueKind(name="Billing", share=19, talk=240, wrap=38, threshold=30, target=0.8, patience=350),
    QueueKind(name="Chat", flow="chat", share=20, talk=420, wrap=25, threshold=60, target=0.8, short=10, patience=240),
    QueueKind(name="E-mail", flow="email", share=9, talk=270, wrap=25, threshold=4 * 3600, target=0.9, short=0),
    QueueKind(name="VIP", share=6, talk=280, wrap=50, threshold=10, target=0.9, head_start=60, value=14500),
    QueueKind(name="Call-backs", flow="callback", share=4, talk=230, wrap=45, threshold=600, target=0.9, short=0),
    QueueKind(name="Orders", share=14, talk=205, wrap=45, threshold=30, target=0.8, value=5200),
    QueueKind(name="Technical", share=12, talk=340, wrap=60, threshold=60, target=0.75, patience=400),
    QueueKind(name="Returns", share=9, talk=215, wrap=40, threshold=30, target=0.8),
    QueueKind(name="Deliveries", share=11, talk=180, wrap=30, threshold=30, target=0.8, patience=240),
    QueueKind(name="Complaints", share=5, talk=330, wrap=75, threshold=30, target=0.85, patience=300, head_start=20),
)


def people(dice: Random, count: int) -> list[str]:
    """``count`` different names: a first name and initials, in a shuffled order."""
    names = [f"{first} {letter}." for first in FIRST.split() for letter in LETTERS]
    dice.shuffle(names)
    spare = 0
    while len(names) < count:
        first, initial = names[spare].split(" ", 1)
        names.append(f"{first} {LETTERS[spare % len(LETTERS)]}. {initial}")
        spare += 1
    return names[:count]


def team_name(number: int) -> str:
    """The name of the n-th team, counted from 0."""
    colour, round_ = TEAMS[number % len(TEAMS)], number // len(TEAMS)
    return colour if round_ == 0 else f"{colour} {round_ + 1}"


def market(desk: int) -> tuple[str, str]:
    """The market and the language of the n-th desk, counted from 0."""
    markets = tuple(zip(MARKETS.split(), LANGUAGES.split(), strict=True))
    return markets[desk % len(markets)]
