"""How several records become one, and separate again: the parts that the services put together."""
