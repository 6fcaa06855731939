import type { Tensors } from "./safetensors.js";

/** The arrays of a model file, which are those that its manifest tells of. */
export class TensorReader {
  /** Throws when the manifest tells of others. @param shapes by name, as the manifest has them */
  constructor(
    private readonly tensors: Tensors,
    shapes: Readonly<Record<string, readonly number[]>>,
  ) {
    for (const name of new Set([...tensors.keys(), ...Object.keys(shapes)])) {
      const [is, told] = [tensors.get(name)?.shape, shapes[name]];
      if (String(is) !== String(told)) throw new Error(`${name} has the shape ${is}, not ${told}`);
    }
  }

  has(name: string): boolean {
    return this.tensors.has(name);
  }

  /** The shape of an array that there is. */
  shapeOf(name: string): readonly number[] {
    return this.tensors.get(name)?.shape ?? [];
  }

  /** Throws when there is no such array, or it is not of the type. */
  read<A extends Float64Array | Float32Array | Uint8Array>(
    name: string,
    Type: abstract new (...args: never[]) => A,
  ): A {
    const tensor = this.tensors.get(name);
    if (!(tensor?.data instanceof Type)) throw new Error(`${name} is missing or of another type`);
    return tensor.data;
  }

  /** The same, of numbers that can be ranked with. */
  readAmounts<A extends Float64Array | Float32Array>(
    name: string,
    Type: abstract new (...args: never[]) => A,
  ): A {
    const numbers = this.read(name, Type);
    if (!areFinite(numbers, 0)) {
      throw new Error(`not all numbers of ${name} are finite and at least 0`);
    }
    return numbers;
  }
}

/** Whether all numbers are finite and none is below `least`. Without every(), which makes an object of each number. */
export function areFinite(numbers: Float64Array | Float32Array, least = Number.NEGATIVE_INFINITY): boolean {
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!;
    if (!Number.isFinite(number) || number < least) return false;
  }
  return true;
}
