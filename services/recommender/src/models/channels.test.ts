import {
  type ChannelRecord,
  channelNames,
  emptyRecord,
  formatRecord,
  lastSwitch,
  type Occasion,
  parseRecord,
  rollbackTargets,
  rolledBack,
  switched,
  versionsNamed,
  versionsNeeded,
} from "./channels.js";

const occasion: Occasion = { time: "2026-06-20T18:00:00.000Z", cause: "operator", reason: "it is time" };
const worse: Occasion = { ...occasion, cause: "guard", reason: "more failures" };

/** What control has been switched through. */
const through = (...versions: string[]): ChannelRecord =>
  versions.reduce((record, version) => switched(record, ["control"], version, occasion), emptyRecord);

describe("switched()", () => {
  it("publishes a version in the channels named, and in no other", () => {
    const record = switched(through("1.0.0"), ["treatment", "shadow"], "1.1.0", occasion);
    expect(record.published).toEqual({ control: "1.0.0", treatment: "1.1.0", shadow: "1.1.0" });
  });

  it("remembers what was there before, each version once, the newest last", () => {
    expect(through("1.0.0", "1.1.0", "1.2.0", "1.1.0", "1.3.0").former.control).toEqual([
      "1.0.0",
      "1.2.0",
      "1.1.0",
    ]);
  });

  it("leaves a channel without a version", () => {
    const record = switched(switched(emptyRecord, ["shadow"], "1.0.0", occasion), ["shadow"], "", occasion);
    expect([record.published, record.former.shadow]).toEqual([{}, ["1.0.0"]]);
  });

  it("writes into the journal who did it and why, once for each channel that changed", () => {
    const record = switched(through("1.0.0"), channelNames, "1.0.0", { ...occasion, cause: "training" });
    expect(record.journal.map(({ channel, from, to, cause }) => [channel, from, to, cause])).toEqual([
      ["control", "", "1.0.0", "operator"],
      ["treatment", "", "1.0.0", "training"],
      ["shadow", "", "1.0.0", "training"],
    ]);
    expect(lastSwitch(record, "control")?.reason).toBe("it is time");
  });

  it("ends the withdrawal of the version that is switched to, and of no other", () => {
    const record = rolledBack(
      rolledBack(through("1.0.0", "1.1.0"), "control", "1.0.0", worse),
      "control",
      "",
      worse,
    );
    expect(Object.keys(switched(record, ["shadow"], "1.1.0", occasion).withdrawn)).toEqual(["1.0.0"]);
  });

  it("does not grow without end", () => {
    const versions = Array.from({ length: 250 }, (_, minor) => `1.${minor}.0`);
    const { former, journal } = through(...versions);
    expect([former.control?.length, former.control?.at(-1)]).toEqual([20, "1.248.0"]);
    expect([journal.length, journal.at(-1)?.to]).toEqual([100, "1.249.0"]);
  });
});

describe("rolledBack()", () => {
  const record = rolledBack(through("1.0.0", "1.1.0", "1.2.0"), "control", "1.1.0", worse);

  it("brings back what was there before and withdraws what it replaces, saying why", () => {
    expect(record.published.control).toBe("1.1.0");
    expect(record.withdrawn).toEqual({ "1.2.0": "more failures" });
    expect(record.journal.at(-1)).toEqual({ ...worse, channel: "control", from: "1.2.0", to: "1.1.0" });
  });

  it("goes one further back the next time, never forth again", () => {
    expect(rollbackTargets(record, "control")).toEqual(["1.0.0"]);
    const further = rolledBack(record, "control", "1.0.0", worse);
    expect(rollbackTargets(further, "control")).toEqual([]);
  });

  it("withdraws nothing that control goes on ranking with, and whatever control stops ranking with", () => {
    const everywhere = switched(
      switched(emptyRecord, channelNames, "1.0.0", occasion),
      channelNames,
      "1.1.0",
      occasion,
    );
    const treatment = rolledBack(everywhere, "treatment", "1.0.0", worse);
    expect([treatment.published, treatment.withdrawn]).toEqual([
      { control: "1.1.0", treatment: "1.0.0", shadow: "1.1.0" },
      {},
    ]);
    expect(rollbackTargets(treatment, "treatment")).toEqual([]);
    expect(rolledBack(treatment, "control", "1.0.0", worse).withdrawn).toEqual({ "1.1.0": "more failures" });
  });

  it("says that an operator did it where none says why", () => {
    const { withdrawn, journal } = rolledBack(through("1.0.0", "1.1.0"), "control", "1.0.0", {
      ...occasion,
      reason: "",
    });
    expect([withdrawn["1.1.0"], journal.at(-1)?.reason]).toEqual(["an operator rolled it back", ""]);
  });

  it("passes over what was withdrawn elsewhere", () => {
    const inShadow = switched(through("1.0.0", "1.1.0", "1.2.0"), ["shadow"], "1.0.0", occasion);
    const shadowSwitched = switched(inShadow, ["shadow"], "1.1.0", occasion);
    const withdrawn = rolledBack(shadowSwitched, "shadow", "1.0.0", worse);
    expect(rollbackTargets(withdrawn, "control")).toEqual(["1.0.0"]);
  });
});

describe("versionsNeeded()", () => {
  it("is what is used, and what each channel would be rolled back to", () => {
    const record = switched(through("1.0.0", "1.1.0", "1.2.0"), ["shadow"], "1.3.0", occasion);
    expect([...versionsNeeded(record)].toSorted()).toEqual(["1.1.0", "1.2.0", "1.3.0"]);
  });
});

describe("versionsNamed()", () => {
  it("is every version that anything is remembered of", () => {
    const record = parseRecord(
      JSON.stringify({
        control: "1.0.5",
        former: { control: ["1.0.1"] },
        withdrawn: { "1.0.2": "" },
        journal: [{ ...occasion, channel: "shadow", from: "", to: "1.0.3" }],
      }),
    );
    expect(versionsNamed(record).toSorted()).toEqual(["1.0.1", "1.0.2", "1.0.3", "1.0.5"]);
  });
});

describe("parseRecord()", () => {
  it("gives back what was written", () => {
    const record = rolledBack(through("1.0.0", "1.1.0"), "control", "1.0.0", worse);
    expect(parseRecord(formatRecord(record))).toEqual(record);
  });

  it("reads channels alone, as a person would write them", () => {
    expect(parseRecord('{"control": "1.0.0"}')).toEqual({ ...emptyRecord, published: { control: "1.0.0" } });
  });

  const entry = { ...occasion, channel: "control", from: "", to: "1.0.0" };
  it.each<[string, object, string]>([
    ["no object", [], "not an object"],
    ["a channel that is no version", { control: "latest" }, 'control is "latest"'],
    ["a channel that is empty", { shadow: "" }, "shadow"],
    ["a path for a version", { treatment: "../1.0.0" }, "treatment"],
    ["former versions of no channel", { former: { canary: [] } }, "former"],
    ["former versions that are none", { former: { control: ["x"] } }, "former"],
    ["a withdrawal without a reason", { withdrawn: { "1.0.0": true } }, "withdrawn"],
    ["a journal that is none", { journal: {} }, "journal"],
    ["a switch of no channel", { journal: [{ ...entry, channel: "canary" }] }, "journal"],
    ["a switch at no time", { journal: [{ ...entry, time: "soon" }] }, "journal"],
    ["a switch by nobody", { journal: [{ ...entry, cause: "chance" }] }, "journal"],
    ["a switch to no version", { journal: [{ ...entry, to: "x" }] }, "journal"],
    ["a switch without a reason", { journal: [{ ...entry, reason: undefined }] }, "journal"],
  ])("says what is wrong with %s", (_, value, told) => {
    expect(() => parseRecord(JSON.stringify(value))).toThrow(told);
  });
});
