import { CallHeaders } from "./call-headers.js";

/** Every pair of them is to say the same, but for the order. */
const both = (source?: [string, string][]) => [new CallHeaders(source), new Headers(source)] as const;

describe("CallHeaders", () => {
  it.each<[string, (headers: Headers) => unknown]>([
    ["finds a name in any case", (headers) => [headers.get("X-B"), headers.has("x-B"), headers.get("none")]],
    ["joins what is appended", (headers) => headers.append("X-A", "3")],
    ["replaces what is set", (headers) => headers.set("X-A", "3")],
    ["takes in a new name", (headers) => headers.set("X-New", "3")],
    ["forgets what is deleted", (headers) => [headers.delete("X-A"), headers.has("x-a")]],
    ["keeps cookies apart", (headers) => [headers.getSetCookie(), headers.get("set-cookie")]],
    ["adds a cookie", (headers) => headers.append("Set-Cookie", "c=3")],
    ["replaces all cookies by one", (headers) => headers.set("Set-Cookie", "c=3")],
    ["deletes all cookies", (headers) => [headers.delete("Set-Cookie"), headers.get("set-cookie")]],
    ["has keys and values", (headers) => [[...headers.keys()].sort(), [...headers.values()].sort()]],
    ["tells each in turn", (headers) => toldBy(headers)],
  ])("%s, as Headers does", (_, act) => {
    const [ours, theirs] = both([
      ["x-a", "1"],
      ["Set-Cookie", "a=1"],
      ["X-A", "2"],
      ["set-cookie", "b=2"],
      ["x-b", ""],
    ]);
    expect(act(ours)).toEqual(act(theirs));
    expect([...ours].sort()).toEqual([...theirs].sort());
  });

  it("is made of headers in any form, and Headers of it", () => {
    const pairs: [string, string][] = [
      ["x-a", "1"],
      ["x-b", "2"],
    ];
    for (const source of [pairs, Object.fromEntries(pairs), new Headers(pairs), new CallHeaders(pairs)]) {
      expect([...new CallHeaders(source)]).toEqual(pairs);
    }
    expect([...new Headers(new CallHeaders(pairs))]).toEqual(pairs);
    expect([...new CallHeaders()]).toEqual([]);
  });
});

function toldBy(headers: Headers): string[] {
  const told: string[] = [];
  headers.forEach((value, name) => {
    told.push(`${name}: ${value}`);
  });
  return told.sort();
}
