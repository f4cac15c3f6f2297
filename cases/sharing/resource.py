"""What sharing adds to the case."""

from agencies.kernel.resource import Contribution

from .actions import ACTIONS

SHARING = Contribution(contributes={"cases": ACTIONS})
