"""What the style guide shows: components need names, sentences and forms to stand in them."""
