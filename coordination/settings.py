"""The settings, where Django expects them."""

from coordination.config.settings import *  # noqa: F403 - a settings module is its names
