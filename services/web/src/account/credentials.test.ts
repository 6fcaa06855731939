import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import { checkCredentials, problemsOf } from "./credentials.js";

const good = { email: "aoife@example.org", password: "correct horse", displayName: "Aoife" };

describe("checkCredentials()", () => {
  it("finds nothing wrong with what is right", () => {
    expect(checkCredentials(good)).toEqual({});
  });

  it.each([
    ["email", { email: "aoife" }],
    ["email", { email: "aoife@example" }],
    ["password", { password: "nine char" }],
    ["displayName", { displayName: "  " }],
  ])("names the %s when it is %j", (field, part) => {
    expect(Object.keys(checkCredentials({ ...good, ...part }))).toEqual([field]);
  });

  it("counts characters as people do", () => {
    expect(checkCredentials({ ...good, password: "🎻".repeat(9) })).toHaveProperty("password");
  });
});

describe("problemsOf()", () => {
  it("puts what the server says of a field beside that field", () => {
    const value = create(BadRequestSchema, {
      fieldViolations: [{ field: "display_name", description: "is too long" }],
    });
    const error = new ConnectError("bad", Code.InvalidArgument, undefined, [
      { desc: BadRequestSchema, value },
    ]);
    expect(problemsOf(error)).toEqual({ displayName: "Is too long." });
  });

  it("says that an address is taken beside the address", () => {
    expect(problemsOf(new ConnectError("taken", Code.AlreadyExists))).toHaveProperty("email");
  });

  it("does not tell which of email and password was wrong", () => {
    expect(Object.keys(problemsOf(new ConnectError("no", Code.Unauthenticated)))).toEqual(["form"]);
  });
});
