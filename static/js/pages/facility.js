/** The record page. */

import { showRecordMap } from "../map/record_map.js";

showRecordMap();
