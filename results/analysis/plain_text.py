"""Text that anybody may have named something with, made fit to be written anywhere."""

import unicodedata

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}  # steer, reverse, are no characters
_KEPT = "\n"


def clean(text):
    """Characters that nobody sees are replaced by one that everybody does."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if _is_hidden(each) else each for each in str(text)
    )


def _is_hidden(character):
    return character not in _KEPT and unicodedata.category(character) in _HIDDEN
