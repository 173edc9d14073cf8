-- A GIN index takes new rows into a list and merges it when full: for a whole import one merge at the end is cheaper
-- than many. Only an owner may ask for that merge, so everybody else keeps the usual short list.

SELECT set_config('gin_pending_list_limit', '128MB', true)
  FROM pg_class
 WHERE oid = 'facilities'::regclass AND pg_has_role(relowner, 'USAGE');
