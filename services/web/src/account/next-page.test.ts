import { nextPage } from "./next-page.js";

describe("nextPage()", () => {
  it.each([
    ["?next=%2Fcity%2F1%2Fsearch%3Fq%3Djazz", "/city/1/search?q=jazz"],
    ["", "/"],
    ["?next=%2F%2Fevil.example", "/"],
    ["?next=%2F%5Cevil.example", "/"],
    ["?next=https%3A%2F%2Fevil.example", "/"],
    ["?next=javascript%3Aalert(1)", "/"],
  ])("of %j is %s", (address, path) => {
    expect(nextPage(new URLSearchParams(address))).toBe(path);
  });
});
