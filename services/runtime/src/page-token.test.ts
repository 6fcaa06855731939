import { Code } from "@connectrpc/connect";
import { cutPage, decodePageToken, encodePageToken, pageLimit } from "./page-token.js";

type StartAndId = readonly [number, string];
const isStartAndId = (value: unknown): value is StartAndId =>
  Array.isArray(value) &&
  value.length === 2 &&
  Number.isSafeInteger(value[0]) &&
  typeof value[1] === "string";
const filters = { cityId: "2964574", genres: ["techno"], endingAfter: undefined };

describe("decodePageToken", () => {
  const token = encodePageToken([1_766_000_000_000, "a-b"], filters);

  it("gives back the cursor", () => {
    expect(decodePageToken(token, { ...filters }, isStartAndId)).toEqual([1_766_000_000_000, "a-b"]);
  });

  it("gives none for the empty token of a first page", () => {
    expect(decodePageToken("", filters, isStartAndId)).toBeUndefined();
  });

  it("refuses a token of other filters, naming page_token", () => {
    expect(() => decodePageToken(token, { ...filters, cityId: "1" }, isStartAndId)).toThrow(
      expect.objectContaining({
        code: Code.InvalidArgument,
        message: expect.stringContaining("page_token: belongs to a list with other filters"),
      }),
    );
  });

  it.each([
    ["text", "garbage"],
    ["no base64 at all", "%%%"],
    ["a token with one character too many", `${token}!`],
    ["half a token", token.slice(0, token.length / 2)],
    ["a cursor of another list", encodePageToken(["name", "id"], filters)],
    ["JSON that is no cursor", encodePageToken([], filters)],
  ])("refuses %s, naming page_token", (_what, bad) => {
    expect(() => decodePageToken(bad, filters, isStartAndId)).toThrow(
      expect.objectContaining({
        code: Code.InvalidArgument,
        message: expect.stringContaining("page_token: is not one of ours"),
      }),
    );
  });
});

describe("pageLimit", () => {
  it.each([
    [0, 25],
    [1, 1],
    [100, 100],
    [101, 100],
    [4_294_967_295, 100],
  ])("reads a page_size of %d as %d", (pageSize, limit) => {
    expect(pageLimit(pageSize)).toBe(limit);
  });
});

describe("cutPage", () => {
  const cursorOf = (n: number) => [n, `id-${n}`];

  it("has a next page when one more row was found than it holds", () => {
    const { rows, nextPageToken } = cutPage([1, 2, 3], 2, cursorOf, filters);
    expect(rows).toEqual([1, 2]);
    expect(decodePageToken(nextPageToken, filters, isStartAndId)).toEqual([2, "id-2"]);
  });

  it.each([[[1, 2]], [[1]], [[]]])("is the last page when %j was found of 2 asked for", (found) => {
    expect(cutPage(found, 2, cursorOf, filters)).toEqual({ rows: found, nextPageToken: "" });
  });
});
