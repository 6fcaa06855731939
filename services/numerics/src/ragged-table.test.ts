import { RaggedTable } from "./ragged-table.js";
import { createRandom } from "./random.js";

const newTable = () => new RaggedTable({ key: Uint32Array, weight: Float64Array });

type Table = ReturnType<typeof newTable>;

const push = (table: Table, row: number, key: number) => {
  const slot = table.append(row);
  table.columns.key[slot] = key;
  table.columns.weight[slot] = key / 8;
};

const rowOf = (table: Table, row: number) => {
  const begin = table.offsets[row] ?? 0;
  const end = begin + (table.lengths[row] ?? 0);
  const keys = [...table.columns.key.subarray(begin, end)];
  expect([...table.columns.weight.subarray(begin, end)]).toEqual(keys.map((key) => key / 8));
  return keys;
};

describe("RaggedTable", () => {
  it("agrees with an array of arrays through ten thousand appends, removals and compactions", () => {
    const random = createRandom(11);
    const table = newTable();
    const plain: number[][] = Array.from({ length: 40 }, () => []);
    for (let step = 0; step < 10_000; step++) {
      const row = Math.floor(random() ** 3 * plain.length); // some rows far longer than others
      const expected = plain[row]!;
      if (random() < 0.3 && expected.length > 0) {
        const at = Math.floor(random() * expected.length);
        expected.splice(at, 1);
        table.remove(row, table.offsets[row]! + at);
      } else {
        expected.push(step);
        push(table, row, step);
      }
      if (step % 3_000 === 2_999) table.compact();
    }
    for (const [row, expected] of plain.entries()) expect(rowOf(table, row)).toEqual(expected);
  });

  it("has empty rows where nothing was appended", () => {
    const table = newTable();
    push(table, 5, 1);
    expect(rowOf(table, 4)).toEqual([]);
    expect(rowOf(table, 5)).toEqual([1]);
  });

  it("fills a cleared row from its beginning", () => {
    const table = newTable();
    for (const key of [1, 2, 3, 4, 5]) push(table, 0, key);
    table.clear(0);
    push(table, 0, 9);
    expect(rowOf(table, 0)).toEqual([9]);
  });

  it("holds no more than its entries after compacting, and still grows", () => {
    const table = newTable();
    for (let key = 0; key < 1_000; key++) push(table, key % 10, key);
    table.compact();
    expect(table.columns.key).toHaveLength(1_000);
    push(table, 3, 1_000);
    expect(rowOf(table, 3).at(-1)).toBe(1_000);
    expect(rowOf(table, 4)).toHaveLength(100);
  });

  it("spends at most twice what its entries need while it grows", () => {
    const table = newTable();
    for (let key = 0; key < 100_000; key++) push(table, key % 1_000, key);
    expect(table.bytes).toBeLessThan(2 * 100_000 * (4 + 8));
  });
});
