import { withoutDoubles } from "./preferences.js";

describe("withoutDoubles()", () => {
  it("keeps the first mention in its place, so that the home city stays first", () => {
    expect(
      withoutDoubles({
        genres: ["House", "Techno", "House"],
        djIds: ["b", "a", "a", "b"],
        cityIds: ["dublin", "cork", "dublin", "galway"],
      }),
    ).toEqual({ genres: ["House", "Techno"], djIds: ["b", "a"], cityIds: ["dublin", "cork", "galway"] });
  });

  it("tells apart what differs in case or accents", () => {
    const genres = ["house", "House", "Hóuse"];
    expect(withoutDoubles({ genres, djIds: [], cityIds: [] }).genres).toEqual(genres);
  });
});
