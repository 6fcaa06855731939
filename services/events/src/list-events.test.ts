import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { importedId } from "@craic/runtime/imported-id.js";
import { calendarForEachTest, eventIdOf, NOW } from "../../../tests/fixtures/calendar.js";

const calendar = calendarForEachTest();

const at = (instant: string) => timestampFromDate(new Date(instant));

describe("ListEvents", () => {
  it("lists the soonest start first", async () => {
    await calendar.have({
      late: { startTime: "2026-06-21T21:00:00Z" },
      early: { startTime: "2026-06-21T18:00:00Z" },
      middle: {},
    });
    expect(await calendar.list()).toEqual(["early", "middle", "late"]);
  });

  it("lists what goes on now, and leaves out what ends exactly now or has ended", async () => {
    await calendar.have({
      on: { startTime: "2026-06-20T20:00:00Z", endTime: "2026-06-20T22:00:00.001Z" },
      over: { startTime: "2026-06-20T20:00:00Z", endTime: "2026-06-20T22:00:00Z" },
    });
    expect(await calendar.list()).toEqual(["on"]);
  });

  it("lists an event of 120 days until its last moment", async () => {
    await calendar.have({ long: { startTime: "2026-02-20T22:00:01Z", endTime: "2026-06-20T22:00:01Z" } });
    expect(await calendar.list()).toEqual(["long"]);
  });

  it("looks into the past when ending_after is earlier, and further ahead when it is later", async () => {
    await calendar.have({
      past: { startTime: "2020-01-01T20:00:00Z", endTime: "2020-01-01T22:00:00Z" },
      next: {},
    });
    expect(await calendar.list({ endingAfter: at("2020-01-01T21:00:00Z") })).toEqual(["past", "next"]);
    expect(await calendar.list({ endingAfter: at("2020-01-01T22:00:00Z") })).toEqual(["next"]);
    expect(await calendar.list({ endingAfter: at("2027-01-01T00:00:00Z") })).toEqual([]);
  });

  it("leaves out what starts at starting_before or later", async () => {
    await calendar.have({ early: { startTime: "2026-06-21T18:59:59Z" }, exactly: {} });
    expect(await calendar.list({ startingBefore: at("2026-06-21T19:00:00Z") })).toEqual(["early"]);
  });

  it("leaves out what is cancelled or postponed", async () => {
    await calendar.have({
      on: { status: "EVENT_STATUS_SCHEDULED" },
      cancelled: { status: "EVENT_STATUS_CANCELLED" },
      postponed: { status: "EVENT_STATUS_POSTPONED" },
    });
    expect(await calendar.list()).toEqual(["on"]);
  });

  it("narrows by city, venue, DJ and genre, and by all of them together", async () => {
    const venue = { name: "test", externalId: "whelans" };
    const dj = { name: "test", externalId: "sunil" };
    await calendar.have({
      a: {
        cityId: "1",
        venue,
        djs: [{ name: "test", externalId: "other" }, dj],
        genres: ["Techno", "House"],
      },
      b: { cityId: "2", venue, genres: ["jazz"] },
      c: { cityId: "1", djs: [dj], genres: ["techno"] },
    });
    const venueId = importedId("venue", venue);
    const djId = importedId("dj", dj);
    expect((await calendar.list({ cityId: "1" })).sort()).toEqual(["a", "c"]);
    expect((await calendar.list({ venueId })).sort()).toEqual(["a", "b"]);
    expect((await calendar.list({ djId })).sort()).toEqual(["a", "c"]);
    expect((await calendar.list({ genres: ["JAZZ", "house"] })).sort()).toEqual(["a", "b"]);
    expect(await calendar.list({ cityId: "1", venueId, djId, genres: ["techno"] })).toEqual(["a"]);
    expect(await calendar.list({ cityId: "2", djId })).toEqual([]);
  });

  it("finds each word of a query at the beginning of a word of title, description, organiser or genres", async () => {
    await calendar.have({
      a: {
        title: "Sinéad's Céilí",
        description: "Bring your FIDDLE",
        organiser: "Craic & Co",
        genres: ["trad folk"],
      },
      b: { title: "100% Techno_Night" },
    });
    for (const query of ["sinead", "CEILI", "fidd", "craic", "folk", "sin cei fid", "", "?!"]) {
      expect({ query, found: (await calendar.list({ query })).includes("a") }).toEqual({
        query,
        found: true,
      });
    }
    for (const query of ["iddle", "sinead techno", "sinead%iddle"]) {
      expect({ query, found: await calendar.list({ query }) }).toEqual({ query, found: [] });
    }
    expect(await calendar.list({ query: "100%" })).toEqual(["b"]);
    expect(await calendar.list({ query: "night" })).toEqual(["b"]);
  });

  it.each([1, 2, 3, 5, 6])(
    "pages of %d lose nothing, repeat nothing and never end in an empty page",
    async (pageSize) => {
      await calendar.have({
        a: {},
        b: {},
        c: {},
        d: { startTime: "2026-06-21T18:00:00Z" },
        e: { startTime: "2026-06-21T20:00:00Z" },
      });
      const together = ["a", "b", "c"].sort((x, y) => (eventIdOf(x) < eventIdOf(y) ? -1 : 1));
      const pages: unknown[][] = [];
      let pageToken = "";
      do {
        const page = await calendar.client.listEvents({ pageSize, pageToken });
        pages.push(page.events.map(({ source }) => source?.externalId));
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
      expect(pages.flat()).toEqual(["d", ...together, "e"]);
      expect(pages).toHaveLength(Math.ceil(5 / pageSize));
    },
  );

  it("goes on where a page ended when events are added in between", async () => {
    await calendar.have({ b: { startTime: "2026-06-21T18:00:00Z" }, d: {} });
    const first = await calendar.client.listEvents({ pageSize: 1 });
    await calendar.have({
      a: { startTime: "2026-06-21T17:00:00Z" },
      c: { startTime: "2026-06-21T18:30:00Z" },
    });
    const { events } = await calendar.client.listEvents({ pageSize: 5, pageToken: first.nextPageToken });
    expect(events.map(({ source }) => source?.externalId)).toEqual(["c", "d"]);
  });

  it("reads page_size 0 as 25 and more than 100 as 100", async () => {
    await calendar.have(Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`e${i}`, {}])));
    expect((await calendar.client.listEvents({})).events).toHaveLength(25);
    expect((await calendar.client.listEvents({ pageSize: 101 })).events).toHaveLength(100);
  });

  it("is INVALID_ARGUMENT for a page token of other filters, but not of the same in other words", async () => {
    await calendar.have({ a: { genres: ["x", "y"] }, b: { genres: ["x"] } });
    const filter = { cityId: "2964574", genres: ["x", "y"], query: "event" };
    const { nextPageToken: pageToken } = await calendar.client.listEvents({ filter, pageSize: 1 });
    const same = { ...filter, genres: ["Y", "X"], query: " EVENT" };
    expect((await calendar.client.listEvents({ filter: same, pageToken })).events).toHaveLength(1);
    for (const changes of [
      { cityId: "1" },
      { genres: ["x"] },
      { query: "a" },
      { endingAfter: timestampFromDate(NOW) },
    ]) {
      await expect(
        calendar.client.listEvents({ filter: { ...filter, ...changes }, pageToken }),
      ).rejects.toMatchObject({
        code: Code.InvalidArgument,
        rawMessage: expect.stringMatching(/^page_token: /),
      });
    }
  });

  it.each(["x", "!!", "bm90IG91cnM"])("is INVALID_ARGUMENT for page token %j", async (pageToken) => {
    await expect(calendar.client.listEvents({ pageToken })).rejects.toMatchObject({
      code: Code.InvalidArgument,
      rawMessage: "page_token: is not one of ours",
    });
  });
});
