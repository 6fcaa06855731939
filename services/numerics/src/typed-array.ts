/** The kinds of flat array that tables here are made of. */
export type TypedArray = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

export type TypedArrayConstructor =
  | Uint8ArrayConstructor
  | Uint16ArrayConstructor
  | Uint32ArrayConstructor
  | Int32ArrayConstructor
  | Float32ArrayConstructor
  | Float64ArrayConstructor;

/**
 * The array itself when it holds `length` numbers or more; otherwise a copy with room for a quarter more than
 * that, zeros at its end. Appending one by one through it costs O(1) each, on average.
 */
export function withLength<A extends TypedArray>(array: A, length: number): A {
  if (array.length >= length) return array;
  const Same = array.constructor as new (length: number) => A;
  const longer = new Same(Math.max(16, Math.ceil(length * 1.25)));
  longer.set(array);
  return longer;
}
