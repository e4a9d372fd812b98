"""What each command line does, one module a family; imported only when asked for."""
