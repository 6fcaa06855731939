import { createRandom } from "@craic/numerics/random.js";
import { LruMap } from "./lru-map.js";

/** What is left when the one that nobody has used for longest leaves first, again and again; empties the map. */
function leaving(map: LruMap<string, string>): string[] {
  const left: string[] = [];
  for (let value = map.leastRecent; value !== undefined; value = map.leastRecent) {
    left.push(value);
    map.delete(value);
  }
  return left;
}

function mapOf(keys: string, most?: number): LruMap<string, string> {
  const map = new LruMap<string, string>(most);
  for (const key of keys) map.set(key, key);
  return map;
}

describe("LruMap", () => {
  it.each<[string, (map: LruMap<string, string>) => unknown, string]>([
    ["nothing is done", () => undefined, "abc"],
    ["the first is got", (map) => map.get("a"), "bca"],
    ["the one in the middle is got", (map) => map.get("b"), "acb"],
    ["the last is got", (map) => map.get("c"), "abc"],
    ["the first is touched", (map) => map.touch("a"), "bca"],
    ["one that is not there is touched", (map) => map.touch("d"), "abc"],
    ["the first is looked at", (map) => map.peek("a"), "abc"],
    ["the first is set again", (map) => map.set("a", "a"), "bca"],
    ["the one in the middle is deleted", (map) => map.delete("b"), "ac"],
    ["the first and the last are deleted", (map) => [map.delete("a"), map.delete("c")], "b"],
    ["all is cleared", (map) => map.clear(), ""],
    ["one comes in after all was cleared", (map) => [map.clear(), map.set("d", "d")], "d"],
  ])("lets go in the order of use when %s", (_, act, order) => {
    const map = mapOf("abc");
    act(map);
    expect(map.size).toBe(order.length);
    expect(leaving(map).join("")).toBe(order);
    expect(map.size).toBe(0);
  });

  it("holds no more than it may, and tells what it does not hold from what it does", () => {
    const map = mapOf("abcd", 3);
    expect([map.size, map.get("a"), map.peek("a"), map.delete("a"), map.peek("d")]).toEqual([
      3,
      undefined,
      undefined,
      false,
      "d",
    ]);
    map.set("b", "B");
    expect(map.get("b")).toBe("B");
  });

  it("does as a list would that is searched from its beginning, whatever is done", () => {
    const random = createRandom(1);
    const map = new LruMap<number, number>(20);
    let list: [key: number, value: number][] = [];
    for (let step = 0; step < 5_000; step++) {
      const key = Math.floor(random() * 40);
      const found = list.find(([other]) => other === key);
      const without = list.filter(([other]) => other !== key);
      const what = random();
      if (what < 0.4) {
        map.set(key, step);
        list = [...without, [key, step] as [number, number]].slice(-20);
      } else if (what < 0.8) {
        expect(map.get(key)).toBe(found?.[1]);
        if (found !== undefined) list = [...without, found];
      } else if (what < 0.9) {
        expect(map.peek(key)).toBe(found?.[1]);
      } else {
        expect(map.delete(key)).toBe(found !== undefined);
        list = without;
      }
      expect([map.size, map.leastRecent]).toEqual([list.length, list[0]?.[1]]);
    }
  });
});
