import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { dataFolder, removeDataFolders } from "./fixtures/data-folder.js";
import { readDataSet } from "./read-data-set.js";

afterAll(removeDataFolders);

const read = (files: Record<string, string>, minRating = Number.NEGATIVE_INFINITY) =>
  readDataSet(dataFolder(files), "auto", minRating);

describe("readDataSet on ratings", () => {
  it.each([
    ["ratings.dat", "7::50::5::978300760\n7::60::3::978300761\n"],
    ["u.data", "7\t50\t5\t978300760\n7\t60\t3\t978300761\n"],
    ["ratings.csv", "userId,movieId,rating,timestamp\r\n7,50,5,978300760\r\n7,60,3,978300761\r\n"],
    ["some.rating", "7 50 5 978300760\n7  60  3  978300761"],
    ["ratings.dat.gz", "7::50::5::978300760\n\n7::60::3::978300761\n"],
  ])("reads %s", async (name, text) => {
    const data = await read({ [name]: text });
    expect(data.userIds).toEqual(["7"]);
    expect(data.itemIds).toEqual(["50", "60"]);
    expect([...data.interactions.items]).toEqual([0, 1]);
    expect([...data.interactions.values]).toEqual([5, 3]);
    expect([...data.interactions.timesMs]).toEqual([978300760_000, 978300761_000]);
  });

  it("puts interactions in order of time, of equal times in that of the file", async () => {
    const { interactions, itemIds } = await read({ "u.data": "1\ta\t1\t5\n1\tc\t1\t9\n1\tb\t1\t5\n" });
    expect([...interactions.items].map((item) => itemIds[item])).toEqual(["a", "b", "c"]);
  });

  it("reads equal times backwards where every user's newest rating comes first", async () => {
    const newestFirst = "1\td\t1\t9\n1\tc\t1\t5\n1\tb\t1\t5\n1\ta\t1\t2\n2\tf\t1\t7\n2\te\t1\t7\n";
    const { interactions, itemIds } = await read({ "u.data": newestFirst });
    expect([...interactions.items].map((item) => itemIds[item]).join("")).toBe("abcefd");
  });

  it("leaves out ratings below the least, and users who have no others", async () => {
    const { userIds, interactions } = await read({ "u.data": "1\ta\t2\t1\n2\ta\t4\t2\n" }, 3);
    expect(userIds).toEqual(["2"]);
    expect(interactions.count).toBe(1);
  });

  it("reads a file that is larger than a chunk and whose lines lie across chunks", async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `ü${i % 50}\titem-${i}\t1\t${i}`);
    const { interactions, userIds, itemIds } = await read({ "u.data": lines.join("\n") });
    expect(interactions.count).toBe(60_000);
    expect(userIds.slice(0, 2)).toEqual(["ü0", "ü1"]);
    expect(itemIds.at(-1)).toBe("item-59999");
  });

  it.each([
    ["three fields", "1\ta\t3\t1\n2\tb\t4\n", "u.data:2: expected user, item, rating and timestamp, found 3"],
    ["a rating that is no number", "1\ta\t3\t1\n2\tb\tgood\t4\n", 'u.data:2: rating is "good", not a number'],
    ["no timestamp", "1\ta\t3\t\n", 'u.data:1: timestamp is "", not a number'],
    ["no user", "1\ta\t3\t1\n\tb\t3\t4\n", "u.data:2: user is empty"],
  ])("names file and line of a line with %s", async (_, text, complaint) => {
    await expect(read({ "u.data": text })).rejects.toThrow(complaint);
  });

  it("says which file it is that is cut short", async () => {
    const whole = gzipSync("1\ta\t3\t1\n".repeat(1_000));
    const folder = dataFolder({});
    writeFileSync(join(folder, "u.data.gz"), whole.subarray(0, whole.length - 20));
    await expect(readDataSet(folder, "auto", 0)).rejects.toThrow(/u\.data\.gz: unexpected end of file/);
  });
});

const negatives = (text: string) => ({
  "x.train.rating": "0\t1\t5\t10\n0\t2\t5\t11\n1\t2\t5\t12\n",
  "x.test.rating": "0\t3\t5\t20\n1\t1\t4\t21\n",
  "x.test.negative": text,
});

describe("readDataSet on leave-one-out files", () => {
  it("reads what is held out and the negatives that it is among", async () => {
    const data = await read(negatives("(0,3)\t8\t9\n(1,1)\t8\t3\n"));
    expect(data.interactions.count).toBe(3);
    const given = data.given!.map(({ user, item, timeMs, negatives: others }) => ({
      user: data.userIds[user],
      item: data.itemIds[item],
      timeMs,
      others: [...others].map((other) => data.itemIds[other]),
    }));
    expect(given).toEqual([
      { user: "0", item: "3", timeMs: 20_000, others: ["8", "9"] },
      { user: "1", item: "1", timeMs: 21_000, others: ["8", "3"] },
    ]);
  });

  it("reads pairs with a blank in them, as published scripts for validation sets write them", async () => {
    const { given, userIds } = await read(negatives("(0, 3)\t8\t9\t\n(1, 1)\t8\t3\n"));
    expect(given!.map(({ user }) => userIds[user])).toEqual(["0", "1"]);
    expect(given![0]!.negatives).toHaveLength(2);
  });

  it.each([
    ["a pair that is not held out", "(0,4)\t8\n(1,1)\t8\n", "x.test.negative:1: (0,4) is not in"],
    ["no pair", "(0,3)\t8\n1,1\t8\n", 'x.test.negative:2: expected (user,item) and a tab, found "1,1"'],
    ["no negatives", "(0,3)\t8\n(1,1)\n", "x.test.negative:2: (1,1) has no negatives"],
    [
      "the wanted item among them",
      "(0,3)\t8\t3\n(1,1)\t8\n",
      "x.test.negative:1: 3 is among its own negatives",
    ],
    ["a user missing", "(0,3)\t8\n", "has 1 users, but"],
  ])("complains of negatives with %s", async (_, text, complaint) => {
    await expect(read(negatives(text))).rejects.toThrow(complaint);
  });
});

const event = (fields: object) =>
  JSON.stringify({ id: "e1", title: "Open", start: "2015-06-30", tags: ["a"], ...fields });
const heading = "user\titem\ttimestamp\tkind\tdetail\n";

describe("readDataSet on attendance", () => {
  it("reads events, of which much may be unknown, and who went", async () => {
    const data = await read({
      "events.jsonl": `${event({ city: "Cork", region: null, lat: 51.9, lon: -8.5, organiser: "x" })}\n${event({ id: "e2" })}\n`,
      "interactions.tsv.gz": `${heading}u1\te1\t2015-06-30\tattend\t\n`,
    });
    expect(data.details![0]).toEqual({
      title: "Open",
      tags: ["a"],
      event: {
        startMs: Date.UTC(2015, 5, 30),
        organiser: "x",
        town: "Cork",
        region: "",
        country: "",
        location: { latitude: 51.9, longitude: -8.5 },
      },
    });
    expect(data.details![1]!.event!.location).toBeUndefined();
    expect([...data.interactions.timesMs]).toEqual([Date.UTC(2015, 5, 30)]);
  });

  it.each([
    ["not JSON", "{", "events.jsonl:1: not JSON"],
    ["no id", event({ id: null }), "events.jsonl:1: id is missing"],
    ["no such day", event({ start: "2015-13-30" }), 'events.jsonl:1: day is "2015-13-30"'],
    ["tags that are no list", event({ tags: "a" }), "events.jsonl:1: tags is not a list"],
    ["a town that is no text", event({ city: 3 }), "events.jsonl:1: city is 3, not text"],
    ["an event twice", `${event({})}\n${event({})}`, "events.jsonl:2: event e1 is there twice"],
  ])("complains of an event with %s", async (_, text, complaint) => {
    await expect(read({ "events.jsonl": text, "interactions.tsv": heading })).rejects.toThrow(complaint);
  });

  it.each([
    ["an event that is not known", "u1\te9\t2015-06-30\n", "interactions.tsv:2: event e9 is not in"],
    ["a day that is none", "u1\te1\tyesterday\n", 'interactions.tsv:2: day is "yesterday"'],
  ])("complains of an attendance with %s", async (_, line, complaint) => {
    const files = { "events.jsonl": event({}), "interactions.tsv": heading + line };
    await expect(read(files)).rejects.toThrow(complaint);
  });

  it("wants the heading, so that the first line is not lost in silence", async () => {
    const files = { "events.jsonl": event({}), "interactions.tsv": "u1\te1\t2015-06-30\n" };
    await expect(read(files)).rejects.toThrow("interactions.tsv:1: expected the heading");
  });
});

describe("readDataSet on MovieTweetings", () => {
  const items = "item\ttitle\tyear\ttags\nmt:1\tOne (1990)\t1990\tComedy|Short\nmt:2\tTwo\t1991\t\n";

  it("reads items with their genres and ratings with their times", async () => {
    const data = await read({
      "items.tsv": items,
      "interactions.tsv": "user\titem\ttimestamp\tkind\tvalue\nu1\tmt:2\t1362062307\tview\t6\n",
    });
    expect(data.details!.map(({ tags }) => tags)).toEqual([["Comedy", "Short"], []]);
    expect([...data.interactions.items]).toEqual([1]);
    expect([...data.interactions.timesMs]).toEqual([1362062307_000]);
  });

  it("complains of an item that is not known", async () => {
    const interactions = "user\titem\ttimestamp\tkind\tvalue\nu1\tmt:3\t1362062307\tview\t6\n";
    const files = { "items.tsv": items, "interactions.tsv": interactions };
    await expect(read(files)).rejects.toThrow("interactions.tsv:2: item mt:3 is not in");
  });
});

describe("readDataSet on a folder", () => {
  it("says where data may be when there is none", async () => {
    await expect(readDataSet(join(__dirname, "fixtures"), "auto", 0)).rejects.toThrow(
      /no data found in a form that is known; perhaps one of its folders is meant: .*fixtures\/attendance/,
    );
  });

  it("refuses to guess which of two files is meant", async () => {
    const line = "1\ta\t1\t1\n";
    await expect(read({ "u.data": line, "ratings.csv": line })).rejects.toThrow(
      "more than one file (ratings.csv, u.data)",
    );
  });

  it("says when a folder is not there, and when a file has nothing", async () => {
    await expect(readDataSet("/nowhere/at/all", "auto", 0)).rejects.toThrow("/nowhere/at/all");
    await expect(read({ "u.data": "" })).rejects.toThrow("has no interactions");
  });
});
