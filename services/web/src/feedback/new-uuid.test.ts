import { newUuid } from "./new-uuid.js";

describe("newUuid()", () => {
  it("is of version 4, in the form that the server takes, and another every time", () => {
    const ids = Array.from({ length: 1000 }, newUuid);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
