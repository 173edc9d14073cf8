-- Merge what the import left in the lists of the GIN indexes: a search would read such a list from end to end.

SELECT gin_clean_pending_list(indexrelid)
  FROM pg_index
  JOIN pg_class ON pg_class.oid = pg_index.indexrelid
  JOIN pg_am ON pg_am.oid = pg_class.relam
 WHERE pg_index.indrelid = 'facilities'::regclass AND pg_am.amname = 'gin' AND pg_has_role(pg_class.relowner, 'USAGE');

SELECT set_config('gin_pending_list_limit', reset_val, true) FROM pg_settings WHERE name = 'gin_pending_list_limit';
