import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { DurationSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { RegisterRequestSchema } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import {
  CrowdSchema,
  EverythingSchema,
  Mood,
  SumRequestSchema,
} from "../../../tests/wire/gen/wire/v1/echo_service_pb.js";
import { violationsOf } from "./validate.js";

const ID = "018f3c0e-7a52-7bd2-9d7c-0d1f6f2b9a10";
type Everything = MessageInitShape<typeof EverythingSchema>;

const everything = (init: Everything) => violationsOf(EverythingSchema, create(EverythingSchema, init));

describe("violationsOf()", () => {
  it("finds nothing wrong with an empty message whose fields are optional", () => {
    expect(everything({})).toEqual([]);
  });

  const wrong: [string, Everything, field: string, description: string][] = [
    ["a number that is too small", { ratio: -1_000.5 }, "ratio", "must be at least -1000"],
    ["a number that is too large", { ratio: 1_000.5 }, "ratio", "must be at most 1000"],
    ["a number that is none", { ratio: Number.NaN }, "ratio", "must be a finite number"],
    ["an infinite number", { numbers: { 3: Infinity } }, 'numbers["3"]', "must be a finite number"],
    ["too many elements", { tags: ["a", "b", "c", "d"] }, "tags", "must have at most 3 elements"],
    ["an element that is too short", { tags: ["a", ""] }, "tags[1]", "must have at least 1 characters"],
    ["an element that is too long", { tags: ["abcdef"] }, "tags[0]", "must have at most 5 characters"],
    ["an enum number without a name", { mood: 7 as Mood }, "mood", "is not a known value"],
    ["the same in a list", { moods: [0, -1 as Mood] }, "moods[1]", "is not a known value"],
    ["an id in capitals", { id: ID.toUpperCase() }, "id", "must be a UUID of 36 lower-case characters"],
    ["an id with a line behind it", { id: `${ID}\n` }, "id", "must be a UUID of 36 lower-case characters"],
    ["half a character", { text: "\ud800" }, "text", "must be valid Unicode"],
    ["a wrapped text that is too long", { wrapped: "12345" }, "wrapped", "must have at most 4 characters"],
    [
      "a word that does not match",
      { choice: { case: "word", value: "Abc" } },
      "word",
      "does not have the form it must have",
    ],
    [
      "a word that matches in part",
      { choice: { case: "word", value: "abc\n" } },
      "word",
      "does not have the form it must have",
    ],
    [
      "a message in a oneof",
      { choice: { case: "other", value: { id: "x" } } },
      "other.id",
      "must be a UUID of 36 lower-case characters",
    ],
    [
      "a message in a map",
      { named: { "a.b": { ratio: 9_999 } } },
      'named["a.b"].ratio',
      "must be at most 1000",
    ],
    [
      "a message in a message in a list",
      { children: [{}, { children: [{ id: "x" }] }] },
      "children[1].children[0].id",
      "must be a UUID of 36 lower-case characters",
    ],
    [
      "an instant before the year 1",
      { when: { seconds: -62_135_596_801n } },
      "when",
      "must be an instant in the years 1 to 9999",
    ],
    [
      "an instant after the year 9999",
      { when: { seconds: 253_402_300_800n } },
      "when",
      "must be an instant in the years 1 to 9999",
    ],
    [
      "an instant with too many nanoseconds",
      { when: { nanos: 1_000_000_000 } },
      "when",
      "must be an instant in the years 1 to 9999",
    ],
    [
      "a span of two signs",
      { span: { seconds: 1n, nanos: -1 } },
      "span",
      "must be a duration of at most 10,000 years",
    ],
  ];
  it.each(wrong)("finds %s", (_, init, field, description) => {
    expect(everything(init)).toEqual([{ field, description }]);
  });

  const right: [string, Everything][] = [
    ["numbers at their bounds", { ratio: 1_000, children: [{ ratio: -1_000 }] }],
    ["an element at its longest, in code points", { tags: ["🎉🎉🎉🎉🎉"] }],
    ["an element at its shortest, in code points", { tags: ["🎉"] }],
    ["an empty text that may be", { id: "", wrapped: "", choice: { case: "word", value: "" } }],
    [
      "instants at their bounds",
      { when: create(TimestampSchema, { seconds: 253_402_300_799n, nanos: 999_999_999 }) },
    ],
    ["a span below zero", { span: create(DurationSchema, { seconds: 0n, nanos: -5 }) }],
  ];
  it.each(right)("finds nothing wrong with %s", (_, init) => {
    expect(everything(init)).toEqual([]);
  });

  it("wants what is required, one violation a field, and quotes no value", () => {
    const message = create(RegisterRequestSchema, {
      email: "no address",
      password: "hunter2",
      preferences: { djIds: [""] },
    });
    expect(violationsOf(RegisterRequestSchema, message)).toEqual([
      { field: "email", description: "does not have the form it must have" },
      { field: "password", description: "must have at least 10 characters" },
      { field: "display_name", description: "is required" },
      { field: "preferences.dj_ids[0]", description: "must be a UUID of 36 lower-case characters" },
    ]);
  });

  it("counts characters and not their halves", () => {
    const withPassword = (password: string) =>
      violationsOf(
        RegisterRequestSchema,
        create(RegisterRequestSchema, { email: "a@b.ie", displayName: "A", password }),
      );
    expect(withPassword("🎉".repeat(9))).toEqual([
      { field: "password", description: "must have at least 10 characters" },
    ]);
    expect(withPassword("🎉".repeat(10))).toEqual([]);
    expect(withPassword("🎉".repeat(200))).toEqual([]);
    expect(withPassword("🎉".repeat(201))).toEqual([
      { field: "password", description: "must have at most 200 characters" },
    ]);
  });

  it("wants all that is required", () => {
    const fields = violationsOf(CrowdSchema, create(CrowdSchema)).map(({ field }) => field);
    expect(fields).toEqual(["members", "leader", "certainty", "agreed", "picture"]);
    const member = { id: ID, mood: Mood.HAPPY };
    const crowd = {
      members: [member],
      leader: member,
      certainty: 1,
      agreed: true,
      picture: Uint8Array.of(0),
    };
    expect(violationsOf(CrowdSchema, create(CrowdSchema, crowd))).toEqual([]);
    const members = [member, { ...member, mood: Mood.UNSPECIFIED }, { ...member, id: "" }];
    const picture = new Uint8Array(4);
    expect(violationsOf(CrowdSchema, create(CrowdSchema, { ...crowd, members, picture }))).toEqual([
      { field: "members[1].mood", description: "is required" },
      { field: "members[2].id", description: "is required" },
      { field: "picture", description: "must have at most 3 bytes" },
    ]);
  });

  it("does not look into a list that is far too long", () => {
    const members = Array.from({ length: 501 }, () => ({}));
    const [first] = violationsOf(CrowdSchema, create(CrowdSchema, { members }));
    expect(first).toEqual({ field: "members", description: "must have at most 500 elements" });
  });

  it("has no opinion on fields without rules", () => {
    expect(violationsOf(SumRequestSchema, create(SumRequestSchema, { number: -5 }))).toEqual([]);
  });
});
