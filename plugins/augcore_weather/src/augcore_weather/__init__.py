"""Nothing here yet."""

PLUGIN_API = 1
