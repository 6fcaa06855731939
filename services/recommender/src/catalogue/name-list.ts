/** Names as the bytes of one array: UTF-8, one a line. */
export function encodeNames(names: readonly string[]): Uint8Array {
  return new TextEncoder().encode(names.join("\n"));
}

/** Whether a name can be in a list: it may hold anything that a source wrote, but a line break would part it in two. */
export function canBeListed(name: string): boolean {
  return !name.includes("\n");
}

/** Throws where the bytes are no text. */
export function decodeNames(bytes: Uint8Array): string[] {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  return text === "" ? [] : text.split("\n");
}
