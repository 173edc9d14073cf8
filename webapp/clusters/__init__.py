"""The pyramid: how many facilities lie in each cell of the map, counted by the database for any writer."""
