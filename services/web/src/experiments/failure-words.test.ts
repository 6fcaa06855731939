import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import { explainToStaff, sentence } from "./failure-words.js";

describe("explainToStaff()", () => {
  it.each([Code.FailedPrecondition, Code.Aborted, Code.NotFound])(
    "says what the service said, for code %d",
    (code) => {
      const error = new ConnectError('"ranking" is stopped: make a new one', code);
      expect(explainToStaff(error)).toBe('"ranking" is stopped: make a new one.');
    },
  );

  it("names the field that was wrong", () => {
    const violations = { fieldViolations: [{ field: "metric", description: "is not one that we know" }] };
    const error = new ConnectError("invalid request", Code.InvalidArgument, undefined, [
      { desc: BadRequestSchema, value: create(BadRequestSchema, violations) },
    ]);
    expect(explainToStaff(error)).toBe("Metric is not one that we know.");
  });

  it("does not show what is for the logs", () => {
    expect(explainToStaff(new ConnectError("SELECT failed", Code.Internal))).not.toContain("SELECT");
  });
});

describe("sentence()", () => {
  it("leaves the name of a variant as it is", () => {
    expect(sentence("blend is better", ["control", "blend"])).toBe("blend is better.");
    expect(sentence("no variant differs")).toBe("No variant differs.");
  });
});
