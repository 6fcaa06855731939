/** a · b in double precision: what the kernel `dot` is tested against. */
export function dotPlain(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
