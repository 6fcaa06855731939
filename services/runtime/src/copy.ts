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
  const copy = copierOf(desc)(init) as Message;
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

type Fields = Record<string, unknown>;
type Copy = (value: unknown) => unknown;

/** The most bytes that what has been copied can take on a wire. Almost always enough to know without counting. */
let upperBytes = 0;
/** Key and length of a field, or key and value of a number. */
const SCALAR_BYTES = 16;

const copiers = new WeakMap<DescMessage, Copy>();

function copierOf(desc: DescMessage): Copy {
  let copier = copiers.get(desc);
  if (copier === undefined) {
    copier = desc.file.edition === Edition.EDITION_PROTO3 ? compile(desc) : reflective(desc);
    copiers.set(desc, copier);
  }
  return copier;
}

/** For descriptors and the like, whose fields have defaults of their own. */
function reflective(desc: DescMessage): Copy {
  return (init) => {
    const copy = clone(desc, create(desc, init as MessageInitShape<DescMessage>));
    upperBytes += toBinary(desc, copy).length;
    return copy;
  };
}

/**
 * Writes the copier of a message type as source: one object literal, which V8 turns into a few moves, where a
 * loop over the fields takes several times as long. All names in it come from generated descriptors.
 */
function compile(desc: DescMessage): Copy {
  const zeros = create(desc) as unknown as Fields;
  const parameters: unknown[] = [desc.typeName, copyUnknown];
  const parameter = (value: unknown) => `p${parameters.push(value) - 1}`;
  const literal = ["$typeName: p0"];
  const statements: string[] = [];
  for (const member of desc.members) {
    const name = JSON.stringify(member.localName);
    const source = `source[${name}]`;
    const zero = zeros[member.localName];
    const copy = member.kind === "oneof" ? oneofCopier(member) : fieldCopier(member);
    const copied = copy === asItIs ? source : `${parameter(copy)}(${source})`;
    if (zero === undefined) {
      // Absent unless it is set: a message, or a scalar that is marked optional.
      statements.push(`if (${source} != null) message[${name}] = ${copied};`);
    } else if (typeof zero === "object") {
      // A list, a map, a oneof or bytes: never one object for two messages, not even when empty.
      literal.push(`${name}: ${parameter(copy)}(${source} ?? ${emptyOf(zero)})`);
    } else {
      literal.push(`${name}: ${source} == null ? ${parameter(zero)} : ${copied}`);
    }
  }
  const body = `
    return (source) => {
      const message = { ${literal.join(", ")} };
      ${statements.join("\n")}
      if (source.$unknown !== undefined) message.$unknown = p1(source.$unknown);
      return message;
    };`;
  const copy = new Function(...parameters.map((_, i) => `p${i}`), body)(...parameters) as Copy;
  const fixedBytes = SCALAR_BYTES * (desc.members.length + 1);
  return (init) => {
    upperBytes += fixedBytes;
    return copy(init);
  };
}

function emptyOf(zero: object | null): string {
  return Array.isArray(zero) || zero instanceof Uint8Array ? "[]" : "{}";
}

/** Copies the value of a field. Adds to `upperBytes` what exceeds SCALAR_BYTES. */
function fieldCopier(field: DescField): Copy {
  switch (field.fieldKind) {
    case "scalar":
      return scalarCopier(field.scalar);
    case "enum":
      return asItIs;
    case "message":
      return messageCopier(field);
    case "list": {
      const copy = elementCopier(field);
      return (value) => {
        const items = value as readonly unknown[];
        upperBytes += SCALAR_BYTES * items.length;
        return copy === asItIs ? items.slice() : items.map((item) => copy(item));
      };
    }
    case "map": {
      const copy = elementCopier(field);
      return (value) => {
        const entries = Object.entries(value as Fields);
        for (const [key] of entries) upperBytes += 2 * SCALAR_BYTES + 3 * key.length;
        return Object.fromEntries(entries.map(([key, entry]) => [key, copy(entry)]));
      };
    }
  }
}

function elementCopier(field: DescField): Copy {
  if (field.message !== undefined) return messageCopier(field);
  return field.scalar === undefined ? asItIs : scalarCopier(field.scalar);
}

function oneofCopier(oneof: DescOneof): Copy {
  const cases = new Map(oneof.fields.map((field) => [field.localName, fieldCopier(field)]));
  return (value) => {
    const { case: name, value: held } = value as { case?: string; value: unknown };
    const copy = name === undefined ? undefined : cases.get(name);
    return copy === undefined ? { case: undefined } : { case: name, value: copy(held) };
  };
}

function messageCopier(field: DescField): Copy {
  const message = field.message as DescMessage;
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
  let copy: Copy | undefined;
  return (value) => {
    copy ??= copierOf(message);
    return copy(value);
  };
}

function scalarCopier(scalar: ScalarType): Copy {
  switch (scalar) {
    case ScalarType.STRING:
      return (value) => {
        upperBytes += 3 * (value as string).length;
        return value;
      };
    case ScalarType.BYTES:
      return (value) => {
        const bytes = Uint8Array.from(value as Uint8Array);
        upperBytes += bytes.length;
        return bytes;
      };
    default:
      return asItIs;
  }
}

/** Numbers and truth values need no copying. */
function asItIs(value: unknown): unknown {
  return value;
}

function copyUnknown(fields: readonly { readonly data: Uint8Array }[]): unknown {
  return fields.map((field) => {
    upperBytes += SCALAR_BYTES + field.data.length;
    return { ...field, data: field.data.slice() };
  });
}
