// A list of the best scored ids that were offered: a heap of keys with the worst of the kept at its root. A key
// holds score and id such that the larger of two is the better: the one with the larger score, of equal scores the
// one with the smaller id. So the order of the offers is not seen in the result.

/** The key of a scored id. @param score not −0, which would be less than 0 */
export function rankKey(id: u32, score: f32): u64 {
  // The bits of floats are in the order of the floats but for the sign.
  const bits = reinterpret<i32>(score);
  const ordered = <u32>(bits ^ ((bits >> 31) | i32.MIN_VALUE));
  return ((<u64>ordered) << 32) | <u64>~id;
}

/** The score of the worst of a list. */
export function worstScore(list: usize): f32 {
  return scoreOf(load<u64>(list));
}

function scoreOf(key: u64): f32 {
  const ordered = <i32>(key >> 32);
  return reinterpret<f32>(ordered ^ (~(ordered >> 31) | i32.MIN_VALUE));
}

/**
 * Offers a key to a list of `size`, and returns what its size is then.
 *
 * @param list room for k keys
 * @param k ≥ 1
 */
export function offer(list: usize, size: u32, k: u32, key: u64): u32 {
  if (size < k) {
    siftUp(list, size, key);
    return size + 1;
  }
  if (load<u64>(list) < key) siftDown(list, k, key);
  return size;
}

/** Writes the ids and scores of a list, the best first, and uses the list up. */
export function takeList(list: usize, size: u32, ids: usize, scores: usize): void {
  while (size > 0) {
    const at = (<usize>--size) << 2;
    const worst = load<u64>(list);
    store<u32>(ids + at, ~(<u32>worst));
    store<f32>(scores + at, scoreOf(worst));
    siftDown(list, size, load<u64>(list + ((<usize>size) << 3)));
  }
}

function siftUp(list: usize, hole: u32, key: u64): void {
  while (hole > 0) {
    const parent = (hole - 1) >> 1;
    const above = load<u64>(list + ((<usize>parent) << 3));
    if (above <= key) break;
    store<u64>(list + ((<usize>hole) << 3), above);
    hole = parent;
  }
  store<u64>(list + ((<usize>hole) << 3), key);
}

/** Replaces the root and restores the heap. */
function siftDown(list: usize, size: u32, key: u64): void {
  let hole: u32 = 0;
  for (let child: u32 = 1; child < size; child = 2 * hole + 1) {
    const left = load<u64>(list + ((<usize>child) << 3));
    const right = child + 1 < size ? load<u64>(list + ((<usize>child) << 3), 8) : left;
    const isRight = right < left;
    const lesser = isRight ? right : left;
    if (lesser >= key) break;
    store<u64>(list + ((<usize>hole) << 3), lesser);
    hole = child + <u32>isRight;
  }
  store<u64>(list + ((<usize>hole) << 3), key);
}
