import { rowBytes, rowIndices, rowValues, sameValue } from "./sparse-rows";

/**
 * Adds r_uj · r_vj to dots[v], for all columns j of row u of a matrix and all rows v that have them: what is added up
 * for a v is r_u · r_v, in the order of r_u's entries.
 *
 * @param matrix sparse rows
 * @param byColumn its inverted index, or that of some of its rows
 * @param dots a number in double precision for each row
 */
export function addRowProducts(matrix: usize, byColumn: usize, row: u32, dots: usize): void {
  let values = rowValues(matrix, row);
  let p = rowIndices(matrix, row);
  for (const end = p + rowBytes(matrix, row); p < end; p += 4, values += 4) {
    const column = load<u32>(p);
    const rows = rowIndices(byColumn, column);
    const bytes = rowBytes(byColumn, column);
    const value = <f64>load<f32>(values);
    const same = <f64>sameValue(byColumn, column);
    if (same !== 0) addToEach(value * same, rows, bytes, dots);
    else addScaled(value, rows, rowValues(byColumn, column), bytes, dots);
  }
}

/** dots[row] += scale · value for each of a list of rows and their values, both `bytes` long. */
function addScaled(scale: f64, rows: usize, values: usize, bytes: usize, dots: usize): void {
  const end = rows + bytes;
  // Four at a time, for the loop's own cost is as high as that of one.
  for (; rows + 16 <= end; rows += 16, values += 16) {
    addTo(dots, load<u32>(rows), scale * <f64>load<f32>(values));
    addTo(dots, load<u32>(rows, 4), scale * <f64>load<f32>(values, 4));
    addTo(dots, load<u32>(rows, 8), scale * <f64>load<f32>(values, 8));
    addTo(dots, load<u32>(rows, 12), scale * <f64>load<f32>(values, 12));
  }
  for (; rows < end; rows += 4, values += 4) addTo(dots, load<u32>(rows), scale * <f64>load<f32>(values));
}

/** dots[row] += amount for each of a list of rows: two thirds of the work, where all values are the same. */
function addToEach(amount: f64, rows: usize, bytes: usize, dots: usize): void {
  const end = rows + bytes;
  for (; rows + 16 <= end; rows += 16) {
    addTo(dots, load<u32>(rows), amount);
    addTo(dots, load<u32>(rows, 4), amount);
    addTo(dots, load<u32>(rows, 8), amount);
    addTo(dots, load<u32>(rows, 12), amount);
  }
  for (; rows < end; rows += 4) addTo(dots, load<u32>(rows), amount);
}

function addTo(dots: usize, row: u32, amount: f64): void {
  const at = dots + ((<usize>row) << 3);
  store<f64>(at, load<f64>(at) + amount);
}
