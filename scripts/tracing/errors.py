"""What makes an input unusable."""


class UnusableInputError(Exception):
    """An input can't be read as what it should be; the message says what, where, expected, actual and the way out."""
