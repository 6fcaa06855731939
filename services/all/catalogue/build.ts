/**
 * Makes the catalogue's files from the folder of original data:
 *
 *     npx node services/all/catalogue/build.ts --from DIR
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readCities } from "./build/cities.ts";
import { convertConferences } from "./build/conferences.ts";
import { writeJsonLines } from "./build/files.ts";
import { convertLastfm } from "./build/lastfm.ts";
import { convertNyphil } from "./build/nyphil.ts";
import { convertOsmIreland } from "./build/osm-ireland.ts";
import { convertTenerife } from "./build/tenerife.ts";
import { convertXmasMarkets } from "./build/xmas-markets.ts";

const CONVERTERS = [
  convertConferences,
  convertLastfm,
  convertNyphil,
  convertOsmIreland,
  convertTenerife,
  convertXmasMarkets,
];

const { values } = parseArgs({ options: { from: { type: "string" } } });
if (values.from === undefined) throw new Error("say where the original data is: --from DIR");

const cities = readCities(values.from);
for (const convert of CONVERTERS) {
  const { name, leftOut, ...records } = convert(values.from, cities);
  for (const [kind, list] of Object.entries(records)) if (list.length > 0) write(`${name}/${kind}`, list);
  for (const [reason, count] of leftOut) console.log(`${name}: left out ${count}: ${reason}`);
}
write("geonames/cities", cities.records());

function write(path: string, records: readonly object[]): void {
  const bytes = writeJsonLines(join(import.meta.dirname, `${path}.jsonl.gz`), records);
  console.log(`${path}.jsonl.gz: ${records.length} records, ${bytes} bytes`);
}
