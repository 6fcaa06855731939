import { ImportLineResultSchema } from "@craic/proto/craic/catalogue/v1/import_pb.js";
import { BadRequestSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import { parseRecord } from "./parse-record.js";

/** Problems of a line, as sentences. */
function problemsOf(desc: Parameters<typeof parseRecord>[0], line: string): string[] {
  const parsed = parseRecord(desc, line);
  return "problems" in parsed
    ? parsed.problems.map(({ field, description }) => `${field}: ${description}`)
    : [];
}

describe("parseRecord", () => {
  it("reads a message whose fields go by their names in JSON or in the .proto file", () => {
    for (const line of [
      '{"lineNumber":3,"problems":["a"]}',
      '{"line_number":"3","problems":["a"],"id":null}',
    ]) {
      expect(parseRecord(ImportLineResultSchema, line)).toMatchObject({
        message: { lineNumber: 3, problems: ["a"], id: "" },
      });
    }
  });

  it.each([
    ["text", "hello", /^line: is not JSON: .*'h'/],
    ["half a line", '{"id":"x"', /^line: is not JSON: .*position 9/],
    ["nothing", "", /^line: is not JSON: Unexpected end/],
    ["a list", "[]", /^line: is not a JSON object$/],
    ["null", "null", /^line: is not a JSON object$/],
    ["a number", "7", /^line: is not a JSON object$/],
    ["a line of brackets", "[".repeat(60_000), /^line: is not JSON/],
    ["the same key twice", '{"id":"x","id":"y"}', /^line: duplicate object key "id"$/],
    ["the same field by both names", '{"lineNumber":1,"line_number":1}', /^line: set multiple times$/],
  ])("says what is wrong with %s", (_what, line, problem) => {
    expect(problemsOf(ImportLineResultSchema, line)).toEqual([expect.stringMatching(problem)]);
  });

  it("names every field that cannot be read, and every one that is not known", () => {
    const line = JSON.stringify({
      line_number: "three",
      outcome: "IMPORT_OUTCOME_LOST",
      id: 5,
      problems: ["a", 6],
      colour: "red",
    });
    expect(problemsOf(ImportLineResultSchema, line.replace("}", ',"__proto__":1}'))).toEqual([
      'line_number: expected number (uint32), got "three"',
      expect.stringMatching(/^outcome: .*"IMPORT_OUTCOME_LOST"/),
      "id: expected string, got 5",
      "problems: list item #2: expected string, got 6",
      "colour: is not a field of ImportLineResult",
      "__proto__: is not a field of ImportLineResult",
    ]);
  });

  it("names the place inside a list of messages", () => {
    const line = '{"fieldViolations":[{"field":"ok"},{"field":1,"nope":2},"text"]}';
    expect(problemsOf(BadRequestSchema, line)).toEqual([
      "field_violations[1].field: expected string, got 1",
      "field_violations[1].nope: is not a field of FieldViolation",
      "field_violations[2]: is not a JSON object",
    ]);
  });

  it("says so when a message or a list is something else", () => {
    expect(problemsOf(BadRequestSchema, '{"field_violations":"none"}')).toEqual([
      expect.stringMatching(/^field_violations: /),
    ]);
  });
});
