"""Letters and their plain forms, for addresses and for comparing."""

# Letters that Unicode does not take apart into a plain letter and an accent. The eyes do.
PLAIN_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ŧ": "t"}
)
