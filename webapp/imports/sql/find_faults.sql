-- One pass over a range of the staged rows finds for each cell the first rule that it breaks; only rows that break one are
-- then unfolded into a row per cell. The order of the rules is the order of :fields.

INSERT INTO pg_temp.staged_faults (ordinal, row_number, position, field, value, rule, detail)
SELECT checked.ordinal, checked.row_number, cell.position, cell.field,
       left(to_jsonb(checked) ->> cell.field, 200), cell.rule,
       CASE cell.field WHEN 'footprint' THEN checked.outline[2] ELSE :details ::jsonb ->> cell.field END
  FROM (
    SELECT staged.*, outline,
           ARRAY[
             CASE WHEN name IS NULL THEN 'missing'
                  WHEN length(name) > :name_length THEN 'too_long'
                  WHEN NOT is_line_of_text(name) THEN 'control_character' END,
             CASE WHEN category IS NULL THEN 'missing'
                  WHEN category <> ALL (:categories) THEN 'unknown_category' END,
             CASE WHEN lon IS NULL THEN 'missing'
                  WHEN lon_deg IS NULL AND lon ~* :not_finite THEN 'not_finite'
                  WHEN lon_deg IS NULL THEN 'not_a_number'
                  WHEN abs(lon_deg) > 180 THEN 'longitude_range' END,
             CASE WHEN lat IS NULL THEN 'missing'
                  WHEN lat_deg IS NULL AND lat ~* :not_finite THEN 'not_finite'
                  WHEN lat_deg IS NULL THEN 'not_a_number'
                  WHEN abs(lat_deg) <= 90 THEN NULL
                  WHEN abs(lat_deg) <= 180 AND abs(lon_deg) <= 90 THEN 'swapped'
                  ELSE 'latitude_range' END,
             CASE WHEN status <> ALL (:statuses) THEN 'unknown_word' END,
             CASE WHEN location_precision <> ALL (:precisions) THEN 'unknown_word' END,
             CASE WHEN length(address) > :address_length THEN 'too_long'
                  WHEN NOT is_line_of_text(address) THEN 'control_character' END,
             CASE WHEN length(locality) > :locality_length THEN 'too_long'
                  WHEN NOT is_line_of_text(locality) THEN 'control_character' END,
             CASE WHEN country !~ '^[A-Z]{2}$' THEN 'country_form' END,
             CASE WHEN length(phone) > :phone_length THEN 'too_long'
                  WHEN NOT is_line_of_text(phone) THEN 'control_character' END,
             CASE WHEN length(email) > :email_length THEN 'too_long'
                  WHEN NOT is_line_of_text(email) THEN 'control_character'
                  WHEN email !~ '^[^@\s]+@[^@\s]+$' THEN 'email_form' END,
             CASE WHEN length(website) > :website_length THEN 'too_long'
                  WHEN NOT is_line_of_text(website) THEN 'control_character'
                  WHEN website !~* '^https?://[^\s/]\S*$' THEN 'website_form' END,
             CASE WHEN length(description) > :description_length THEN 'too_long'
                  WHEN NOT is_block_of_text(description) THEN 'control_character' END,
             CASE WHEN NOT identifiers_are_texts(identifiers::jsonb) THEN 'identifiers_form' END,
             outline[1]
           ] AS rules
      FROM pg_temp.staged_facilities AS staged
     CROSS JOIN LATERAL (
        SELECT CASE WHEN lon ~ :number AND length(lon) <= 64 THEN lon::double precision END AS lon_deg,
               CASE WHEN lat ~ :number AND length(lat) <= 64 THEN lat::double precision END AS lat_deg,
               CASE WHEN footprint IS NOT NULL THEN pg_temp.footprint_fault(footprint) END AS outline
        OFFSET 0  -- computed once per row, not once per mention
     ) AS read
     WHERE ordinal BETWEEN :first AND :last
    OFFSET 0
  ) AS checked
 CROSS JOIN LATERAL unnest(rules, :fields ::text[]) WITH ORDINALITY AS cell (rule, field, position)
 WHERE array_to_string(checked.rules, '') <> '' AND cell.rule IS NOT NULL;
