def pre_stop():
    """Runs in the image only."""
