/** Addresses that stay short and readable. */

/**
 * Commas and semicolons may stand in a query as they are; escaped, a drawn outline would be too long for a server.
 * @param {URLSearchParams} parameters
 * @returns {string}
 */
export function queryOf(parameters) {
  return parameters.toString().replaceAll("%2C", ",").replaceAll("%3B", ";");
}
