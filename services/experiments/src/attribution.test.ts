import { uuid } from "../../../tests/fixtures/recommendable-events.js";
import { type AttributionRules, withConversion, withExposure } from "./attribution.js";
import { linked } from "./linking.js";
import { type Conversion, type Exposure, type Participation, type Person, stranger } from "./person.js";

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const rules: AttributionRules = { windowMs: 7 * DAY, mostExposuresPerHour: 5 };
const t0 = 1_000 * DAY;

let ids = 0;
const shown = (occurMs: number, changes: Partial<Exposure> = {}): Exposure => ({
  type: "exposure",
  exposureId: uuid(++ids),
  experimentId: "ranking",
  variant: "blend",
  occurMs,
  cityId: "dublin",
  isNew: false,
  latencyMs: 0,
  failed: false,
  isStaff: false,
  ...changes,
});
const did = (occurMs: number, kind: Conversion["kind"] = "save"): Conversion => ({
  type: "conversion",
  conversionId: uuid(++ids),
  kind,
  occurMs,
});

function after(...events: (Exposure | Conversion)[]): Person {
  return events.reduce(
    (person, event) =>
      event.type === "exposure" ? withExposure(person, event, rules) : withConversion(person, event, rules),
    stranger("ada"),
  );
}
const partOf = (person: Person, experimentId = "ranking") =>
  person.participations.get(experimentId) as Participation;

describe("a conversion", () => {
  it("counts when it comes in the window after an exposure", () => {
    const part = partOf(after(shown(t0), did(t0 + DAY), did(t0 + 2 * DAY), did(t0 + 3 * DAY, "click")));
    expect(part.conversions).toEqual({ save: 2, click: 1, attend: 0, hide: 0 });
    expect(part.firstConversionMs).toEqual({ save: t0 + DAY, click: t0 + 3 * DAY, attend: 0, hide: 0 });
  });

  it.each([
    [-1, 0],
    [0, 1],
    [7 * DAY - 1, 1],
    [7 * DAY, 0],
  ])("at %d ms from the exposure counts %d times", (ms, times) => {
    expect(partOf(after(shown(t0), did(t0 + ms))).conversions.save).toBe(times);
  });

  it("counts for the window of a later exposure too", () => {
    expect(partOf(after(shown(t0), shown(t0 + 5 * DAY), did(t0 + 8 * DAY))).conversions.save).toBe(1);
  });

  it("counts once however often it arrives, and however many exposures account for it", () => {
    const save = did(t0 + 2 * DAY);
    const person = after(shown(t0), save, save, shown(t0 + DAY), save);
    expect(partOf(person).conversions.save).toBe(1);
  });

  it("counts when the exposure before it arrives after it", () => {
    const part = partOf(after(did(t0 + 60_000), shown(t0)));
    expect(part.conversions.save).toBe(1);
    expect(part.firstConversionMs.save).toBe(t0 + 60_000);
  });

  it("counts for every experiment that the person is in", () => {
    const person = after(shown(t0), shown(t0 + 1, { experimentId: "other" }), did(t0 + 2));
    expect(partOf(person).conversions.save).toBe(1);
    expect(partOf(person, "other").conversions.save).toBe(1);
  });

  it("before the first exposure tells what the person is like, whichever arrives first", () => {
    const late = did(t0 - DAY);
    const person = after(did(t0 - 2 * DAY), did(t0 - 8 * DAY), shown(t0), late, late);
    expect(partOf(person).before.save).toBe(2);
    expect(partOf(person).conversions.save).toBe(0);
  });

  it("changes sides when an earlier exposure turns up", () => {
    const part = partOf(after(did(t0), shown(t0 + HOUR), shown(t0 - HOUR)));
    expect([part.before.save, part.conversions.save, part.firstMs]).toEqual([0, 1, t0 - HOUR]);
  });

  it("is not counted again by a late exposure while it is remembered, whatever came between", () => {
    const person = after(
      shown(t0),
      ...Array.from({ length: 40 }, (_, i) => did(t0 + 10 * HOUR - i * 1_000)),
      shown(t0 + HOUR),
    );
    expect(partOf(person).conversions.save).toBe(40);
  });
});

describe("an exposure", () => {
  it("counts once by its id, and adds up what it took", () => {
    const slow = shown(t0, { latencyMs: 30, failed: true });
    const part = partOf(after(slow, slow, shown(t0 + 1, { latencyMs: 10 }), shown(t0 + 2)));
    expect(part).toMatchObject({ exposures: 3, latencySumMs: 40, latencies: 2, failures: 1 });
  });

  it("that is earlier than those before is the first, with its variant, city and audience", () => {
    const part = partOf(after(shown(t0), shown(t0 - 1, { cityId: "cork", isNew: true })));
    expect(part).toMatchObject({ firstMs: t0 - 1, cityId: "cork", isNew: true, exclusion: "" });
  });

  it("of another variant leaves the person out", () => {
    expect(partOf(after(shown(t0), shown(t0 + 1, { variant: "control" }))).exclusion).toBe(
      "saw several variants",
    );
  });

  it("too many in an hour are a machine's; as many over two hours are not", () => {
    const every = (ms: number) => after(...Array.from({ length: 6 }, (_, i) => shown(t0 + i * ms)));
    expect(partOf(every(60_000)).exclusion).toBe("bot");
    expect(partOf(every(20 * 60_000)).exclusion).toBe("");
  });

  it("of staff leaves them out for good", () => {
    expect(partOf(after(shown(t0, { isStaff: true }), shown(t0 + 1))).exclusion).toBe("staff");
  });
});

describe("linked()", () => {
  const browserOf = (...events: (Exposure | Conversion)[]): Person => ({
    ...after(...events),
    userId: "browser",
  });

  it("gives the person what their browser was shown, and counts what they did since", () => {
    const browser = browserOf(shown(t0));
    const both = linked(browser, after(did(t0 + HOUR)), rules);
    expect(partOf(both.person)).toMatchObject({ variant: "blend", firstMs: t0, exclusion: "" });
    expect(both.browser.linkedTo).toBe("ada");
    expect(partOf(both.browser).exclusion).toBe("linked to another id");
  });

  it("counts what the person did before they signed in, as soon as it is known whose exposure it was", () => {
    const both = linked(browserOf(shown(t0)), after(did(t0 + HOUR)), rules);
    expect(partOf(both.person).conversions.save).toBe(1);
  });

  it("changes nothing the second time", () => {
    const first = linked(browserOf(shown(t0), did(t0 + 1)), after(shown(t0 + 5), did(t0 + HOUR)), rules);
    const second = linked(first.browser, first.person, rules);
    expect(second).toEqual(first);
  });

  it("leaves out who saw one variant in the browser and another one signed in", () => {
    const both = linked(browserOf(shown(t0, { variant: "control" })), after(shown(t0 + 1)), rules);
    expect(partOf(both.person).exclusion).toBe("saw several variants");
  });
});
