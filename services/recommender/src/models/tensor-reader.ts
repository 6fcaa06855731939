import type { Tensors } from "./safetensors.js";

/** The arrays of a model file, held against what its manifest says of them. */
export class TensorReader {
  /** @param shapes by name, as the manifest has them */
  constructor(
    private readonly tensors: Tensors,
    private readonly shapes: Readonly<Record<string, readonly number[]>>,
  ) {}

  has(name: string): boolean {
    return this.tensors.has(name);
  }

  /** The shape of an array that there is. */
  shapeOf(name: string): readonly number[] {
    return this.tensors.get(name)?.shape ?? [];
  }

  /** Throws when there is no such array, or it is not of the type, or not of the manifest's shape. */
  read<A extends Float64Array | Float32Array | Uint8Array>(
    name: string,
    Type: abstract new (...args: never[]) => A,
  ): A {
    const tensor = this.tensors.get(name);
    if (!(tensor?.data instanceof Type)) throw new Error(`${name} is missing or of another type`);
    if (String(tensor.shape) !== String(this.shapes[name])) {
      throw new Error(`${name} has the shape ${tensor.shape}, not ${this.shapes[name]}`);
    }
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
