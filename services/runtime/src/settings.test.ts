import { Settings, SettingsError } from "./settings.js";

describe("Settings", () => {
  it("reads what is set and falls back where nothing is", () => {
    const settings = new Settings({
      A: "7",
      B: "0.5",
      C: "true",
      D: "debug",
      E: "mysql://u:p@h/d",
      F: "",
      G: "text",
    });
    expect(settings.integer("A", 1, 0, 10)).toBe(7);
    expect(settings.number("B", 1, 0, 1)).toBe(0.5);
    expect(settings.flag("C", false)).toBe(true);
    expect(settings.choice("D", ["info", "debug"], "info")).toBe("debug");
    expect(settings.url("E", ["mysql"])).toBe("mysql://u:p@h/d");
    expect(settings.integer("F", 3, 0, 10)).toBe(3);
    expect(settings.optional("F")).toBeUndefined();
    expect(settings.string("G")).toBe("text");
    expect(settings.string("NONE", "fallback")).toBe("fallback");
    expect(() => settings.check()).not.toThrow();
  });

  it("tells all that is wrong at once, and no secret", () => {
    const settings = new Settings({ A: "7.5", B: "11", C: "yes", D: "loud", E: "http://user:hunter2@host" });
    settings.integer("A", 1, 0, 10);
    settings.number("B", 1, 0, 10);
    settings.flag("C", false);
    settings.choice("D", ["info", "debug"], "info");
    settings.url("E", ["mysql"]);
    settings.string("F");
    settings.reject("G and H exclude each other");
    const check = () => settings.check();
    expect(check).toThrow(
      new SettingsError([
        'A is "7.5", not a whole number from 0 to 10',
        'B is "11", not a number from 0 to 10',
        'C is "yes", not true or false',
        'D is "loud", not one of info, debug',
        "E is not a URL that begins with mysql://",
        "F is not set",
        "G and H exclude each other",
      ]),
    );
    expect(check).not.toThrow(/hunter2/);
  });
});
