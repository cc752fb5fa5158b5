"""What stops a build although the data is right, in one line for whoever ran the command."""


class BuildError(Exception):
    """The site could not be built; the message names the part that is at fault."""
