"""Text that is normalised in good time: to order the combining marks on one letter takes the square of their number.

200,000 of them take a minute. No writing of the world puts more than 30 on a letter, so what goes beyond is left out,
as in the Stream-Safe Text Format (Unicode Standard Annex 15, section 13).
"""

import re
import unicodedata

_MARKS_AT_ONCE = 30
# Unicode 17 has no mark further on.
_MARKS = frozenset(chr(code) for code in range(0x80, 0x20000) if unicodedata.combining(chr(code)))
_LONG_RUN = re.compile(f"[{re.escape(''.join(sorted(_MARKS)))}]{{{_MARKS_AT_ONCE + 1},}}")


def stream_safe(text: str) -> str:
    """`text` without what goes beyond 30 marks on one letter."""
    if text.isascii() or _MARKS.isdisjoint(text):
        return text
    return _LONG_RUN.sub(lambda run: run[0][:_MARKS_AT_ONCE], text)
