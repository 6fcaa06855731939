// Looked up once: where tests run, a look at a global costs more than the multiplication.
const { floor, imul } = Math;

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/** FNV-1a of a string's UTF-16 units, 32 bits. Source: Fowler, Noll and Vo; draft-eastlake-fnv. */
function fnv1a(text: string, from = OFFSET): number {
  let hash = from;
  for (let i = 0; i < text.length; i++) hash = imul(hash ^ text.charCodeAt(i), PRIME);
  return hash >>> 0;
}

/**
 * Where a person falls between 0 (inclusive) and 1 (exclusive), in steps of 1/10000: the second version of
 * GrowthBook's hash, so that its SDKs come to the same answer. Hashing twice removes the bias that FNV has
 * for ids that differ in their last digits only.
 *
 * @param seed of the experiment, so that experiments are independent of each other
 * @param id of the person
 */
export function positionOf(seed: string, id: string): number {
  return (fnv1aOfDecimal(fnv1a(id, stateAfter(seed))) % 10_000) / 10_000;
}

/**
 * The first version of that hash, in steps of 1/1000, by which GrowthBook's SDKs decide whether somebody is in a
 * namespace.
 */
export function namespacePositionOf(namespace: string, id: string): number {
  return (fnv1a(namespace, fnv1a("__", fnv1a(id))) % 1_000) / 1_000;
}

/** The hash so far of the seed that came last, and of the one before it: experiments are asked about in turn. */
let [last, lastState, previous, previousState] = ["", OFFSET, "", OFFSET];

function stateAfter(seed: string): number {
  if (seed === last) return lastState;
  if (seed === previous) return previousState;
  [previous, previousState] = [last, lastState];
  [last, lastState] = [seed, fnv1a(seed)];
  return lastState;
}

/** fnv1a(String(number)), without making the string. */
function fnv1aOfDecimal(number: number): number {
  let digits = 1;
  for (let power = 10; power <= number; power *= 10) digits *= 10;
  let hash = OFFSET;
  let rest = number;
  for (; digits >= 1; digits = digits === 1 ? 0 : digits / 10) {
    const digit = floor(rest / digits);
    rest -= digit * digits;
    hash = imul(hash ^ (0x30 + digit), PRIME);
  }
  return hash >>> 0;
}
