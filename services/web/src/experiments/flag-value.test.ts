import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import { flagValue } from "./flag-value.js";

describe("flagValue()", () => {
  it.each<JsonValue>([true, 0.5, "blue", null, { size: 3, of: ["a", { deep: false }] }])(
    "writes %j as JSON",
    (json) => {
      expect(JSON.parse(flagValue(fromJson(ValueSchema, json)))).toEqual(json);
    },
  );
});
