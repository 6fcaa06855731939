// Sparse rows (../src/csr.ts) with values in single precision, as five addresses: of the offsets, the lengths, the
// indices, the values, and for each row the value that all its entries have or 0. ../src/sparse-rows-at.ts lays
// them out.

/** Where a row's indices begin. */
export function rowIndices(rows: usize, row: u32): usize {
  return load<usize>(rows, 8) + ((<usize>load<u32>(load<usize>(rows) + ((<usize>row) << 2))) << 2);
}

/** Where a row's values begin. */
export function rowValues(rows: usize, row: u32): usize {
  return load<usize>(rows, 12) + ((<usize>load<u32>(load<usize>(rows) + ((<usize>row) << 2))) << 2);
}

/** How many bytes a row's indices take, and its values too. */
export function rowBytes(rows: usize, row: u32): usize {
  return (<usize>load<u32>(load<usize>(rows, 4) + ((<usize>row) << 2))) << 2;
}

/** The value that all entries of a row have; 0 when they differ. */
export function sameValue(rows: usize, row: u32): f32 {
  return load<f32>(load<usize>(rows, 16) + ((<usize>row) << 2));
}
