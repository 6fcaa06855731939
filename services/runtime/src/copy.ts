import {
  clone,
  create,
  type DescField,
  type DescMessage,
  type DescOneof,
  type Message,
  type MessageInitShape,
  ScalarType,
  toBinary,
} from "@bufbuild/protobuf";
import { Edition, isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";

/**
 * A message of its own, complete, made from a message or from a plain object that describes one: what the
 * other side of a wire would get, without the bytes.
 *
 * RESOURCE_EXHAUSTED if it would take more than `maxBytes` on a wire.
 */
export function copyOf(desc: DescMessage, init: MessageInitShape<DescMessage>, maxBytes: number): Message {
  upperBytes = 0;
  const copy = copierOf(desc)(init);
  if (upperBytes > maxBytes) {
    const bytes = toBinary(desc, copy).length;
    if (bytes > maxBytes) {
      throw new ConnectError(
        `a message of ${bytes} bytes is larger than ${maxBytes}`,
        Code.ResourceExhausted,
      );
    }
  }
  return copy;
}

type Value = unknown;
type Fields = Record<string, Value>;
type Copy = (value: Value) => Value;

/** The most bytes that what has been copied can take on a wire. Almost always enough to know without counting. */
let upperBytes = 0;
/** Key and length of a field, or key and value of a number. */
const SCALAR_BYTES = 16;

const copiers = new WeakMap<DescMessage, (init: unknown) => Message>();

function copierOf(desc: DescMessage): (init: unknown) => Message {
  let copier = copiers.get(desc);
  if (copier === undefined) {
    copier = desc.file.edition === Edition.EDITION_PROTO3 ? compile(desc) : reflective(desc);
    copiers.set(desc, copier);
  }
  return copier;
}

/** For descriptors and the like, whose fields have defaults of their own. */
function reflective(desc: DescMessage): (init: unknown) => Message {
  return (init) => {
    const copy = clone(desc, create(desc, init as MessageInitShape<DescMessage>));
    upperBytes += toBinary(desc, copy).length;
    return copy;
  };
}

interface Member {
  readonly name: string;
  /** Used where the source has nothing; undefined leaves the member out. */
  readonly absent: (() => Value) | undefined;
  /** What numbers and truth values are, which need no copying. */
  readonly zero: Value;
  readonly copy: Copy;
}

function compile(desc: DescMessage): (init: unknown) => Message {
  const { typeName } = desc;
  const zero = create(desc) as unknown as Fields;
  const members: Member[] = desc.members.map((member) => ({
    name: member.localName,
    absent: absentOf(member),
    zero: zero[member.localName],
    copy: member.kind === "oneof" ? oneofCopier(member) : fieldCopier(member),
  }));
  return (init) => {
    const source = init as Fields;
    const message: Fields = { $typeName: typeName };
    upperBytes += SCALAR_BYTES;
    for (const { name, absent, zero, copy } of members) {
      const value = source[name];
      if (value !== undefined && value !== null) message[name] = copy(value);
      else if (absent !== undefined) message[name] = absent();
      else if (zero !== undefined) message[name] = zero;
    }
    if (source.$unknown !== undefined)
      message.$unknown = copyUnknown(source.$unknown as { data: Uint8Array }[]);
    return message as unknown as Message;
  };
}

function absentOf(member: DescField | DescOneof): (() => Value) | undefined {
  if (member.kind === "oneof") return () => ({ case: undefined });
  if (member.fieldKind === "list") return () => [];
  if (member.fieldKind === "map") return () => ({});
  return undefined;
}

function fieldCopier(field: DescField): Copy {
  switch (field.fieldKind) {
    case "scalar":
      return scalarCopier(field.scalar);
    case "enum":
      return number;
    case "message":
      return messageCopier(field);
    case "list": {
      const copy =
        field.listKind === "message"
          ? messageCopier(field)
          : field.listKind === "enum"
            ? number
            : scalarCopier(field.scalar);
      return (value) => (value as Value[]).map((item) => copy(item));
    }
    case "map": {
      const copy =
        field.mapKind === "message"
          ? messageCopier(field)
          : field.mapKind === "enum"
            ? number
            : scalarCopier(field.scalar);
      return (value) => {
        const entries: Fields = {};
        for (const key in value as Fields) {
          upperBytes += SCALAR_BYTES + 3 * key.length;
          // A plain assignment to "__proto__" would be lost.
          Object.defineProperty(entries, key, {
            value: copy((value as Fields)[key]),
            enumerable: true,
            configurable: true,
            writable: true,
          });
        }
        return entries;
      };
    }
  }
}

function oneofCopier(oneof: DescOneof): Copy {
  const copiers = new Map(oneof.fields.map((field) => [field.localName, fieldCopier(field)]));
  return (value) => {
    const { case: name, value: held } = value as { case: string | undefined; value: Value };
    const copy = name === undefined ? undefined : copiers.get(name);
    return copy === undefined ? { case: undefined } : { case: name, value: copy(held) };
  };
}

function messageCopier(field: DescField & { message: DescMessage }): Copy {
  const { message } = field;
  if (field.fieldKind === "message" && field.oneof === undefined && isWrapperDesc(message)) {
    // Held as the bare value.
    return scalarCopier(message.fields[0].scalar);
  }
  if (message.typeName === "google.protobuf.Struct" && field.parent.typeName !== "google.protobuf.Value") {
    // Held as a JSON object.
    return (value) => {
      upperBytes += 8 * JSON.stringify(value).length;
      return structuredClone(value);
    };
  }
  // Found on first use: the type may be the very one that holds the field.
  let copy: ((init: unknown) => Message) | undefined;
  return (value) => {
    copy ??= copierOf(message);
    return copy(value);
  };
}

function scalarCopier(scalar: ScalarType): Copy {
  switch (scalar) {
    case ScalarType.STRING:
      return (value) => {
        upperBytes += SCALAR_BYTES + 3 * (value as string).length;
        return value;
      };
    case ScalarType.BYTES:
      return (value) => {
        const bytes = Uint8Array.from(value as Uint8Array);
        upperBytes += SCALAR_BYTES + bytes.length;
        return bytes;
      };
    default:
      return number;
  }
}

function number(value: Value): Value {
  upperBytes += SCALAR_BYTES;
  return value;
}

function copyUnknown(fields: readonly { data: Uint8Array }[]): Value {
  return fields.map((field) => {
    upperBytes += SCALAR_BYTES + field.data.length;
    return { ...field, data: field.data.slice() };
  });
}
