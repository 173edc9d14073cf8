-- The recount knows every change that this snapshot sees; later ones stay and are added when the cells are read.

DELETE FROM facility_cell_changes;

DELETE FROM facility_cells AS cells
 WHERE NOT EXISTS (
    SELECT FROM pg_temp.summed_cells AS recounted
     WHERE (recounted.level, recounted.merged, recounted.y, recounted.x, recounted.category, recounted.status, recounted.country)
         = (cells.level, cells.merged, cells.y, cells.x, cells.category, cells.status, cells.country));
