"""What stops a command although the data is right, in one line for whoever ran it."""


class BuildError(Exception):
    """The site could not be built; the message names the part that is at fault."""


class RefusalError(Exception):
    """Files that cannot be taken or given: the key of the words that say why, and what fills their blanks.

    `words` is the group that the key stands in.
    """

    words = "release"

    def __init__(self, reason: str, **values: str) -> None:
        """Take the key of the words, and what fills their blanks."""
        super().__init__(reason, values)
        self.reason = reason
        self.values = values

    def __reduce__(self) -> tuple:
        """Let a copy of a process raise this where it is waited for, whatever a subclass takes to begin with."""
        return type(self).__new__, (type(self), *self.args), self.__dict__
