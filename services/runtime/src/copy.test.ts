import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  file_google_protobuf_timestamp,
  StructSchema,
  ValueSchema,
} from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { inits } from "../../../tests/fixtures/everything.js";
import { EchoRequestSchema, EverythingSchema } from "../../../tests/wire/gen/wire/v1/echo_service_pb.js";
import { copyOf } from "./copy.js";

const LARGE = 1 << 30;

describe("copyOf()", () => {
  it.each(inits)("makes of %s what a wire would", (_, init) => {
    const message = create(EverythingSchema, init);
    const received = fromBinary(EverythingSchema, toBinary(EverythingSchema, message));
    expect(copyOf(EverythingSchema, init, LARGE)).toEqual(received);
    expect(copyOf(EverythingSchema, message, LARGE)).toEqual(received);
    expect(Object.keys(copyOf(EverythingSchema, message, LARGE)).sort()).toEqual(
      Object.keys(received).sort(),
    );
  });

  it.each(inits)("shares nothing that can be changed with %s", (_, init) => {
    const message = create(EverythingSchema, init);
    expect(sharedObjects(message, copyOf(EverythingSchema, message, LARGE))).toEqual([]);
    expect(sharedObjects(init, copyOf(EverythingSchema, init, LARGE))).toEqual([]);
  });

  it("takes null for absent, as plain objects may have it", () => {
    const init = { text: null, tags: null, choice: null, when: null } as unknown as MessageInitShape<
      typeof EverythingSchema
    >;
    expect(copyOf(EverythingSchema, init, LARGE)).toEqual(create(EverythingSchema));
  });

  it("keeps a map's keys whatever they are called", () => {
    const named = Object.fromEntries([
      ["__proto__", { text: "x" }],
      ["constructor", {}],
    ]);
    const copy = copyOf(EverythingSchema, { named }, LARGE) as ReturnType<
      typeof create<typeof EverythingSchema>
    >;
    expect(Object.keys(copy.named)).toEqual(["__proto__", "constructor"]);
  });

  it("keeps fields that it does not know", () => {
    const newer = toBinary(EverythingSchema, create(EverythingSchema, { tags: ["a"] }));
    const message = fromBinary(EchoRequestSchema, newer);
    const copy = copyOf(EchoRequestSchema, message, LARGE);
    expect(copy.$unknown).toHaveLength(1);
    expect(copy.$unknown?.[0]?.data).not.toBe(message.$unknown?.[0]?.data);
    expect(toBinary(EchoRequestSchema, copy as typeof message)).toEqual(newer);
  });

  it("copies descriptors and JSON values", () => {
    const { proto } = file_google_protobuf_timestamp;
    expect(copyOf(FileDescriptorProtoSchema, proto, LARGE)).toEqual(proto);
    const struct = create(StructSchema, {
      fields: { a: { kind: { case: "structValue", value: { fields: {} } } } },
    });
    expect(copyOf(StructSchema, struct, LARGE)).toEqual(struct);
    const value = create(ValueSchema, { kind: { case: "listValue", value: { values: [{}] } } });
    expect(copyOf(ValueSchema, value, LARGE)).toEqual(value);
  });

  it.each<[string, MessageInitShape<typeof EverythingSchema>]>([
    ["text", { text: "é".repeat(500) }],
    ["bytes", { data: new Uint8Array(1_000) }],
    ["many small things", { children: Array.from({ length: 300 }, () => ({ flag: true })) }],
    ["map keys", { named: { ["k".repeat(900)]: {} } }],
  ])("is RESOURCE_EXHAUSTED for a message that is too large because of %s, to the byte", (_, init) => {
    const bytes = toBinary(EverythingSchema, create(EverythingSchema, init)).length;
    expect(() => copyOf(EverythingSchema, init, bytes)).not.toThrow();
    expect(() => copyOf(EverythingSchema, init, bytes - 1)).toThrow(
      expect.objectContaining({ code: Code.ResourceExhausted }),
    );
  });
});

/** Objects within `one` that are also within `other`. */
function sharedObjects(one: unknown, other: unknown): object[] {
  const seen = new Set<unknown>(objectsIn(other));
  return objectsIn(one).filter((object) => seen.has(object));
}

function objectsIn(value: unknown): object[] {
  if (typeof value !== "object" || value === null) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}
