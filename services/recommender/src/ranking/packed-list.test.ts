import { World } from "../../../../tests/fixtures/live-world.js";
import { exampleEvent } from "../../../../tests/fixtures/recommendable-events.js";
import { type Reason, reasonForNew } from "./explanation.js";
import { type ListContents, packContents, unpackContents } from "./packed-list.js";

const world = new World(Array.from({ length: 9 }, (_, i) => exampleEvent(i)));
const { catalogue } = world.state;
const there = (contents: ListContents) => unpackContents(packContents(contents, catalogue), catalogue);

const because: Reason = {
  kind: "artist",
  contribution: 0.375,
  about: [catalogue.features.featureAt(0), catalogue.features.featureAt(catalogue.features.size - 1)],
  evidence: [0, 127, 128, 16_384, 4_000_000],
  liked: 300,
  saved: 2,
  people: 0,
  peopleSaved: 0,
};

describe("the contents of a list, packed", () => {
  it("come out as they went in", () => {
    const contents = {
      events: [3, 0, 1_000_000, 2 ** 31 - 1],
      scores: [12.5, Math.fround(0.1), 0, 1e30],
      explored: new Set([1_000_000]),
      reasons: [
        [reasonForNew, because, { ...because, liked: 0, saved: 0, people: 200, peopleSaved: 3 }],
        [{ ...because, kind: "soon" as const, about: [], evidence: [] }],
      ],
    };
    contents.scores[3] = Math.fround(1e30);
    expect(there(contents)).toEqual(contents);
  });

  it("may be none", () => {
    const none = { events: [], scores: [], explored: new Set<number>(), reasons: [] };
    expect(there(none)).toEqual(none);
    expect(packContents(none, catalogue)).toHaveLength(2);
  });

  it("may be more than there was room for so far", () => {
    const events = Array.from({ length: 5_000 }, (_, i) => 3 * i);
    const contents = { events, scores: events, explored: new Set(events), reasons: [] };
    expect(there(contents)).toEqual(contents);
  });

  it("are their own: packing others leaves them as they are", () => {
    const first = packContents({ events: [1], scores: [1], explored: new Set(), reasons: [] }, catalogue);
    packContents({ events: [2], scores: [2], explored: new Set(), reasons: [] }, catalogue);
    expect(unpackContents(first, catalogue).events).toEqual([1]);
  });

  it("take some 1,300 bytes for a page with its reasons and two more pages without", () => {
    const contents = {
      events: Array.from({ length: 60 }, (_, i) => 2_000 + i),
      scores: Array.from({ length: 60 }, () => 1),
      explored: new Set<number>(),
      reasons: Array.from({ length: 20 }, () =>
        Array.from({ length: 3 }, () => ({ ...because, evidence: [2_001, 2_002, 2_003] })),
      ),
    };
    expect(packContents(contents, catalogue).length).toBeLessThan(1_700);
  });
});
