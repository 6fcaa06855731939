// Sparse rows (../src/csr.ts) with values in single precision, as four addresses: of the offsets, the lengths, the
// indices and the values.

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
