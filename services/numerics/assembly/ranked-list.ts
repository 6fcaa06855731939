// A list of the best scored ids that were offered: a heap with the worst of the kept at its root, in two arrays of
// room for k. Of equal scores the smaller id is better, so that the order of the offers is not seen in the result.

/** Whether (id, score) comes after (otherId, otherScore). */
export function isWorse(id: u32, score: f32, otherId: u32, otherScore: f32): bool {
  return score < otherScore || (score === otherScore && id > otherId);
}

/**
 * Offers one to a list of `size`, and returns what its size is then.
 *
 * @param k ≥ 1
 */
export function offer(ids: usize, scores: usize, size: u32, k: u32, id: u32, score: f32): u32 {
  if (size < k) {
    siftUp(ids, scores, size, id, score);
    return size + 1;
  }
  if (isWorse(load<u32>(ids), load<f32>(scores), id, score)) siftDown(ids, scores, k, id, score);
  return size;
}

/** Puts a list of `size` in order, the best first. It is no heap any more. */
export function sortList(ids: usize, scores: usize, size: u32): void {
  while (size > 1) {
    size--;
    const at = (<usize>size) << 2;
    const id = load<u32>(ids + at);
    const score = load<f32>(scores + at);
    store<u32>(ids + at, load<u32>(ids));
    store<f32>(scores + at, load<f32>(scores));
    siftDown(ids, scores, size, id, score);
  }
}

function siftUp(ids: usize, scores: usize, hole: u32, id: u32, score: f32): void {
  while (hole > 0) {
    const parent = (hole - 1) >> 1;
    const from = (<usize>parent) << 2;
    if (!isWorse(id, score, load<u32>(ids + from), load<f32>(scores + from))) break;
    move(ids, scores, from, hole);
    hole = parent;
  }
  put(ids, scores, hole, id, score);
}

/** Replaces the root and restores the heap. */
function siftDown(ids: usize, scores: usize, size: u32, id: u32, score: f32): void {
  let hole: u32 = 0;
  for (let child: u32 = 1; child < size; child = 2 * hole + 1) {
    let from = (<usize>child) << 2;
    if (
      child + 1 < size &&
      isWorse(
        load<u32>(ids + from, 4),
        load<f32>(scores + from, 4),
        load<u32>(ids + from),
        load<f32>(scores + from),
      )
    ) {
      child++;
      from += 4;
    }
    if (!isWorse(load<u32>(ids + from), load<f32>(scores + from), id, score)) break;
    move(ids, scores, from, hole);
    hole = child;
  }
  put(ids, scores, hole, id, score);
}

function move(ids: usize, scores: usize, from: usize, to: u32): void {
  put(ids, scores, to, load<u32>(ids + from), load<f32>(scores + from));
}

function put(ids: usize, scores: usize, to: u32, id: u32, score: f32): void {
  store<u32>(ids + ((<usize>to) << 2), id);
  store<f32>(scores + ((<usize>to) << 2), score);
}
