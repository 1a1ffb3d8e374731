"""How a pipeline is started: in a container, or as a process."""
