import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { test } from "node:test";

const SCRIPTS = "static/js";
const IMPORT = /^(?:import|export)\b[^;]*?from "([^"]+)"|^import "([^"]+)"/gm;

/** Every module that one imports, at once or through others. */
function importedBy(path, found = new Set()) {
  for (const [, named, bare] of readFileSync(path, "utf8").matchAll(IMPORT)) {
    const imported = normalize(join(dirname(path), named ?? bare));
    if (!found.has(imported)) importedBy(imported, found.add(imported));
  }
  return found;
}

test("the map page asks for all its modules at once, and for no other", () => {
  const template = readFileSync("templates/map/show.html", "utf8");
  const list = template.match(/\{% set modules = \[(.*?)\] %\}/s)?.[1] ?? "";
  const asked = [...list.matchAll(/["']([^"']+)["']/g)].map(([, name]) => name).sort();
  const imported = [...importedBy(`${SCRIPTS}/pages/map.js`)]
    .filter((path) => path.startsWith(SCRIPTS))
    .map((path) => relative(SCRIPTS, path).replace(/\.js$/, ""))
    .sort();
  assert.deepEqual(asked, imported);
});
