"""Pure geography: positions, boxes, coordinates, GeoJSON and tile arithmetic, free of any framework."""
