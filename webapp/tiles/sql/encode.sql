-- One layer of a Mapbox Vector Tile: points in the tile's own pixels, each with its attributes.

SELECT ST_AsMVT(feature, :layer, :extent, 'place')
  FROM (SELECT ST_MakePoint(x, y) AS place, properties::jsonb AS properties
          FROM unnest(:xs, :ys, :properties) AS feature (x, y, properties)) AS feature;
