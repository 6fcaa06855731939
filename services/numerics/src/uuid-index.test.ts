import { randomUUID, randomUUIDv7 } from "node:crypto";
import { UuidIndex } from "./uuid-index.js";

const bytesOf = (uuid: string) => Buffer.from(uuid.replaceAll("-", ""), "hex");

describe("UuidIndex", () => {
  it("numbers ids in the order they come and gives them back", () => {
    const ids = Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? randomUUID() : randomUUIDv7()));
    const index = new UuidIndex();
    expect(ids.map((id) => index.add(id))).toEqual([...ids.keys()]);
    expect(ids.map((id) => index.find(id))).toEqual([...ids.keys()]);
    expect(ids.map((_, i) => index.uuidAt(i))).toEqual(ids);
    expect(index.size).toBe(20_000);
  });

  it("gives an id that it knows the number it has", () => {
    const index = new UuidIndex();
    const [a, b] = [randomUUID(), randomUUID()];
    expect([index.add(a), index.add(b), index.add(a), index.addBytes(bytesOf(b))]).toEqual([0, 1, 0, 1]);
  });

  it("takes bytes for the same id as text", () => {
    const index = new UuidIndex();
    const id = "ffffffff-8000-4000-8000-00000000000f";
    expect(index.addBytes(bytesOf(id))).toBe(index.find(id));
    expect(index.uuidAt(0)).toBe(id);
  });

  it("does not find what it was not given", () => {
    const index = new UuidIndex();
    expect(index.find(randomUUID())).toBe(-1);
    index.add(randomUUID());
    expect(index.find(randomUUID())).toBe(-1);
  });

  it("does not take an empty id for the one it saw last", () => {
    const index = new UuidIndex();
    index.add(randomUUID());
    expect(index.find("")).toBe(-1);
    expect(() => index.add("")).toThrow(RangeError);
  });

  it("tells apart ids that differ in one bit", () => {
    const index = new UuidIndex();
    const ids = Array.from(
      { length: 32 },
      (_, i) => `00000000-0000-4000-8000-${(2 ** i).toString(16).padStart(12, "0")}`,
    );
    for (const id of ids) index.add(id);
    expect(ids.map((id) => index.find(id))).toEqual([...ids.keys()]);
  });

  it("orders ids as their text is ordered", () => {
    const index = new UuidIndex();
    const ids = Array.from({ length: 200 }, () => randomUUID());
    for (const id of ids) index.add(id);
    const ordered = [...ids.keys()].sort((a, b) => index.compare(a, b)).map((i) => ids[i]);
    expect(ordered).toEqual(ids.toSorted());
  });

  it("holds a hundred thousand ids in less than 32 bytes each", () => {
    const index = new UuidIndex();
    const bytes = Buffer.alloc(16);
    for (let i = 0; i < 100_000; i++) {
      bytes.writeUInt32BE(i, 12);
      index.addBytes(bytes);
    }
    expect(index.size).toBe(100_000);
    expect(index.bytes).toBeLessThan(3_200_000);
  });
});
