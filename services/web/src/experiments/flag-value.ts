import type { Value } from "@bufbuild/protobuf/wkt";

/** What a feature flag is, as JSON: `true`, `"blue"`, `{"size":3}`. */
export function flagValue(value: Value): string {
  return JSON.stringify(plain(value));
}

/** By hand, as the page has no JSON codec for messages. */
function plain({ kind }: Value): unknown {
  switch (kind.case) {
    case "structValue":
      return Object.fromEntries(
        Object.entries(kind.value.fields).map(([name, field]) => [name, plain(field)]),
      );
    case "listValue":
      return kind.value.values.map(plain);
    case "boolValue":
    case "numberValue":
    case "stringValue":
      return kind.value;
    case "nullValue":
    case undefined:
      return null;
  }
}
