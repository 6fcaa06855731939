import {
  create,
  type DescField,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  ScalarType,
  toBinary,
} from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  file_google_protobuf_timestamp,
  StructSchema,
  TimestampSchema,
} from "@bufbuild/protobuf/wkt";
import { RecommendedItemSchema } from "@craic/proto/craic/recommender/v1/recommendation_pb.js";
import { allServices } from "../../../tests/fixtures/contracts.js";
import { inits } from "../../../tests/fixtures/everything.js";
import { EchoRequestSchema, EverythingSchema } from "../../../tests/wire/gen/wire/v1/echo_service_pb.js";
import { createRandom } from "../../numerics/src/random.js";
import { encode } from "./encode.js";

type Init = MessageInitShape<DescMessage>;

const byProtobufEs = (desc: DescMessage, init: Init) => Buffer.from(toBinary(desc, create(desc, init)));

const answersAndRequests = allServices().flatMap(({ methods }) =>
  methods.flatMap(({ input, output }) => [input, output]),
);

describe("encode()", () => {
  it.each(inits)("writes %s as protobuf-es does", (_, init) => {
    expect(encode(EverythingSchema, init)).toEqual(byProtobufEs(EverythingSchema, init));
  });

  it.each([...new Set(answersAndRequests)].map((desc) => [desc.typeName, desc] as const))(
    "writes any %s as protobuf-es does",
    (_, desc) => {
      const random = createRandom(7);
      for (let i = 0; i < 10; i++) {
        const init = randomInit(desc, random, 4);
        expect(encode(desc, init)).toEqual(byProtobufEs(desc, init));
        expect(encode(desc, create(desc, init))).toEqual(byProtobufEs(desc, init));
      }
    },
  );

  it("keeps fields that it does not know", () => {
    const newer = toBinary(EverythingSchema, create(EverythingSchema, { tags: ["a", "b"], ratio: 2 }));
    const message = fromBinary(EchoRequestSchema, newer);
    expect(encode(EchoRequestSchema, message)).toEqual(Buffer.from(toBinary(EchoRequestSchema, message)));
  });

  it("takes null for absent, as plain objects may have it", () => {
    const init = { text: null, choice: null, when: null } as unknown as Init;
    expect(encode(EverythingSchema, init)).toHaveLength(0);
  });

  it("writes descriptors and JSON values", () => {
    const { proto } = file_google_protobuf_timestamp;
    expect(encode(FileDescriptorProtoSchema, proto)).toEqual(byProtobufEs(FileDescriptorProtoSchema, proto));
    const struct = { fields: { a: { kind: { case: "structValue", value: { fields: {} } } } } } as const;
    expect(encode(StructSchema, struct)).toEqual(byProtobufEs(StructSchema, struct));
  });

  it("grows with the message, and goes on with small ones", () => {
    const many = { reasons: Array.from({ length: 5_000 }, (_, i) => ({ text: `reason ${i}`, people: i })) };
    const long = { eventId: "ł".repeat(200_000) };
    for (const init of [many, { eventId: "small" }, long, { eventId: "ł" }]) {
      expect(encode(RecommendedItemSchema, init)).toEqual(byProtobufEs(RecommendedItemSchema, init));
    }
  });

  it("replaces half of a surrogate pair", () => {
    const written = encode(RecommendedItemSchema, { eventId: "a\ud83d" });
    expect(fromBinary(RecommendedItemSchema, written).eventId).toBe("a\ufffd");
  });

  it.each([
    ["a fraction for a uint32", RecommendedItemSchema, { position: 0.5 }],
    ["too many bits for a uint32", RecommendedItemSchema, { position: 2 ** 32 }],
    ["what is no number for a uint32", RecommendedItemSchema, { position: Number.NaN }],
    ["too many bits for an int32", TimestampSchema, { nanos: 2 ** 31 }],
    ["too many bits for an int64", TimestampSchema, { seconds: 2n ** 64n }],
  ])("refuses %s, and writes the next message rightly", (_, desc: DescMessage, init: Init) => {
    expect(() => encode(desc, init)).toThrow(RangeError);
    const next = { eventId: "x" };
    expect(encode(RecommendedItemSchema, next)).toEqual(byProtobufEs(RecommendedItemSchema, next));
  });
});

function randomInit(desc: DescMessage, random: () => number, depth: number): Init {
  const init: Record<string, unknown> = {};
  for (const field of desc.fields) {
    if (random() < 0.3 || (field.message !== undefined && depth === 0)) continue;
    const value = randomField(field, random, depth);
    if (field.oneof === undefined) init[field.localName] = value;
    else init[field.oneof.localName] = { case: field.localName, value };
  }
  return init as Init;
}

function randomField(field: DescField, random: () => number, depth: number): unknown {
  const one = () =>
    field.message === undefined
      ? randomScalar(field.scalar, random)
      : randomInit(field.message, random, depth - 1);
  if (field.fieldKind === "list") return Array.from({ length: Math.floor(4 * random()) }, one);
  if (field.fieldKind === "map") return { [String(randomScalar(field.mapKey, random))]: one() };
  return one();
}

/** @param scalar undefined for the number of an enum's value */
function randomScalar(scalar: ScalarType | undefined, random: () => number): unknown {
  const bits = Math.floor(33 * random());
  const whole = Math.floor(random() * 2 ** bits);
  switch (scalar) {
    case undefined:
      return Math.floor(3 * random());
    case ScalarType.STRING:
      return ["", "night", "żółć 🎷", "x".repeat(130), "é".repeat(99)][Math.floor(5 * random())];
    case ScalarType.BYTES:
      return Uint8Array.from({ length: Math.floor(9 * random()) }, () => 256 * random());
    case ScalarType.BOOL:
      return random() < 0.5;
    case ScalarType.INT32:
      return whole | 0;
    case ScalarType.INT64:
      return BigInt(whole) ** 2n / 2n - 5n;
    case ScalarType.UINT64:
      return BigInt(whole) ** 2n / 2n;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return [0, -0, 0.5, -1e300, Number.POSITIVE_INFINITY][Math.floor(5 * random())];
    default:
      return whole >>> 0;
  }
}
