import { EVERYTHING, formatSearch, parseSearch, type Search } from "./search-url.js";

const venueId = "0190a1b2-0000-7000-8000-000000000001";

describe("a search's address", () => {
  it.each<[string, Partial<Search>]>([
    ["", {}],
    ["?q=chamber+music", { query: "chamber music" }],
    ["?genre=jazz&genre=r%26b", { genres: ["jazz", "r&b"] }],
    ["?when=weekend", { when: "weekend" }],
    ["?when=dates&from=2026-12-01&to=2026-12-24", { when: "dates", from: "2026-12-01", to: "2026-12-24" }],
    [`?venue=${venueId}`, { venueId }],
    [`?artist=${venueId}`, { djId: venueId }],
  ])("is %j, read and written", (address, search) => {
    expect(formatSearch(search)).toBe(address);
    expect(parseSearch(new URLSearchParams(address))).toEqual({ ...EVERYTHING, ...search });
  });

  it("leaves out what the server would refuse", () => {
    const address = `?venue=1&artist=x&when=yesterday&from=2026-02-30&genre=&genre=jazz&genre=jazz&q=${"x".repeat(300)}`;
    expect(parseSearch(new URLSearchParams(address))).toEqual({
      ...EVERYTHING,
      genres: ["jazz"],
      query: "x".repeat(200),
    });
  });

  it("holds no dates unless dates are chosen", () => {
    expect(formatSearch({ when: "tonight", from: "2026-12-01" })).toBe("?when=tonight");
  });
});
