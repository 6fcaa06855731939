import { offer, rankKey, takeList, worstScore } from "./ranked-list";
import { addRowProducts } from "./sparse-products";
import { rowBytes, rowIndices } from "./sparse-rows";

/** With fewer products than this share of all rows it is cheaper to note which rows they were for. */
const NOTED_SHARE = 4;

/** Rounding to single precision makes no similarity larger by this factor. */
const ROUNDING: f64 = 1 + 1e-6;

/** How many bytes of scratch, zeros at first, each thread of `findNeighbours` needs. */
export function neighboursScratchBytes(rows: u32, k: u32): usize {
  return dotsBytes(rows) + ((<usize>k) << 3) + ((<usize>(rows / NOTED_SHARE)) << 2);
}

/** Room for a number for each row, in pairs. */
function dotsBytes(rows: u32): usize {
  return (<usize>(rows + 1) & ~1) << 3;
}

/**
 * Finds the neighbours of queries `begin` to `end`; ../src/neighbour-search.ts says what they are.
 *
 * @param scratch comes and goes full of zeros
 * @param queries numbers of rows
 * @param matrix R, sparse rows
 * @param byColumn inverted index, sparse rows
 * @param scales s_v in double precision, for an even number of rows
 * @param k most neighbours for a query, ≥ 1
 * @param lengths of the lists, one for each query
 * @param ids room for k for each query; also in `scores`
 */
export function findNeighbours(
  begin: u32,
  end: u32,
  scratch: usize,
  queries: usize,
  matrix: usize,
  byColumn: usize,
  scales: usize,
  rows: u32,
  k: u32,
  shrinkage: f64,
  lengths: usize,
  ids: usize,
  scores: usize,
): void {
  const list = scratch + dotsBytes(rows);
  const noted = list + ((<usize>k) << 3);
  for (let i = begin; i < end; i++) {
    const query = load<u32>(queries + ((<usize>i) << 2));
    const room = (<usize>(i * k)) << 2;
    const products = countProducts(matrix, byColumn, query);
    addRowProducts(matrix, byColumn, query, scratch);
    let size: u32 = 0;
    if (products > rows / NOTED_SHARE) {
      size = rankAll(scratch, rows, query, scales, shrinkage, k, list);
    } else {
      const notes = noteRows(matrix, byColumn, query, noted);
      size = rankNoted(scratch, noted, notes, query, scales, shrinkage, k, list);
    }
    takeList(list, size, ids + room, scores + room);
    store<u32>(lengths + ((<usize>i) << 2), size);
  }
}

/** How many products the dot products of a row with all others are made of. */
function countProducts(matrix: usize, byColumn: usize, query: u32): u32 {
  let bytes: usize = 0;
  let p = rowIndices(matrix, query);
  for (const end = p + rowBytes(matrix, query); p < end; p += 4) bytes += rowBytes(byColumn, load<u32>(p));
  return <u32>(bytes >> 2);
}

/** Notes the rows that have a column in common with a row, some several times, and returns how many notes it made. */
function noteRows(matrix: usize, byColumn: usize, query: u32, noted: usize): u32 {
  const first = noted;
  let p = rowIndices(matrix, query);
  for (const end = p + rowBytes(matrix, query); p < end; p += 4) {
    const column = load<u32>(p);
    const bytes = rowBytes(byColumn, column);
    memory.copy(noted, rowIndices(byColumn, column), bytes);
    noted += bytes;
  }
  return <u32>((noted - first) >> 2);
}

/** Ranks the rows that were noted, and leaves zeros in dots. A row's second note finds a zero. */
function rankNoted(
  dots: usize,
  noted: usize,
  notes: u32,
  query: u32,
  scales: usize,
  shrinkage: f64,
  k: u32,
  list: usize,
): u32 {
  const scale = load<f64>(scales + ((<usize>query) << 3));
  let size: u32 = 0;
  for (const end = noted + ((<usize>notes) << 2); noted < end; noted += 4) {
    const row = load<u32>(noted);
    const at = (<usize>row) << 3;
    const dot = load<f64>(dots + at);
    if (dot === 0) continue;
    store<f64>(dots + at, 0);
    const similarity = <f32>(dot / (scale * load<f64>(scales + at) + shrinkage));
    if (row !== query && similarity > 0) size = offer(list, size, k, rankKey(row, similarity));
  }
  return size;
}

/** Ranks all rows, and leaves zeros in dots. Pairs that cannot get into the list are passed over undivided. */
function rankAll(
  dots: usize,
  rows: u32,
  query: u32,
  scales: usize,
  shrinkage: f64,
  k: u32,
  list: usize,
): u32 {
  const scale = load<f64>(scales + ((<usize>query) << 3));
  const scalePair = f64x2.splat(scale);
  const shrinkagePair = f64x2.splat(shrinkage);
  const factor = f64x2.splat(ROUNDING);
  let floor = f64x2.splat(0);
  let size: u32 = 0;
  for (let row: u32 = 0; row < rows; row += 2) {
    const at = (<usize>row) << 3;
    const pair = f64x2.mul(v128.load(dots + at), factor);
    const scaleProducts = f64x2.add(f64x2.mul(scalePair, v128.load(scales + at)), shrinkagePair);
    if (!v128.any_true(f64x2.gt(pair, f64x2.mul(floor, scaleProducts)))) continue;
    for (let v = row; v < min(row + 2, rows); v++) {
      const dot = load<f64>(dots + ((<usize>v) << 3));
      const similarity = <f32>(dot / (scale * load<f64>(scales + ((<usize>v) << 3)) + shrinkage));
      if (v === query || !(similarity > 0)) continue;
      size = offer(list, size, k, rankKey(v, similarity));
      if (size === k) floor = f64x2.splat(<f64>worstScore(list));
    }
  }
  memory.fill(dots, 0, (<usize>rows) << 3);
  return size;
}
