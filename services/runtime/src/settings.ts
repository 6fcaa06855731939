/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Thrown when settings are missing or wrong; the message lists every one. */
export class SettingsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`settings need attention:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.name = "SettingsError";
  }
}

/**
 * Reads settings from the environment and collects what is wrong with them, so that a person can mend all
 * at once: call the readers, then `check()`.
 */
export class Settings {
  private readonly problems: string[] = [];
  private environment: Environment;

  constructor(environment: Environment) {
    this.environment = environment;
  }

  /** Adds settings that a process makes for itself; what the environment says goes before them. */
  provide(defaults: Environment): void {
    const said = Object.entries(this.environment).filter(([, value]) => value);
    this.environment = { ...defaults, ...Object.fromEntries(said) };
  }

  /** The names of all that is set. */
  names(): string[] {
    return Object.keys(this.environment);
  }

  /** All that is set, for a process that is started from here. */
  given(): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.environment).flatMap(([name, value]) => (value ? [[name, value]] : [])),
    );
  }

  string(name: string, fallback?: string): string {
    const value = this.environment[name] || fallback;
    if (value === undefined) this.problems.push(`${name} is not set`);
    return value ?? "";
  }

  optional(name: string): string | undefined {
    return this.environment[name] || undefined;
  }

  /** A whole number between `min` and `max`, both included. */
  integer(name: string, fallback: number, min: number, max: number): number {
    const text = this.environment[name];
    if (!text) return fallback;
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    this.problems.push(`${name} is "${text}", not a whole number from ${min} to ${max}`);
    return fallback;
  }

  /** A number between `min` and `max`, both included. */
  number(name: string, fallback: number, min: number, max: number): number {
    const text = this.environment[name];
    if (!text) return fallback;
    const value = Number(text);
    if (Number.isFinite(value) && value >= min && value <= max) return value;
    this.problems.push(`${name} is "${text}", not a number from ${min} to ${max}`);
    return fallback;
  }

  flag(name: string, fallback: boolean): boolean {
    const text = this.environment[name];
    if (!text) return fallback;
    if (text === "true" || text === "1") return true;
    if (text === "false" || text === "0") return false;
    this.problems.push(`${name} is "${text}", not true or false`);
    return fallback;
  }

  choice<const T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const text = this.environment[name];
    if (!text) return fallback;
    const found = choices.find((choice) => choice === text);
    if (found === undefined) this.problems.push(`${name} is "${text}", not one of ${choices.join(", ")}`);
    return found ?? fallback;
  }

  /** A URL with one of the given schemes, for example ["mysql"]. The value is not repeated in the problem: it may hold a password. */
  url(name: string, schemes: readonly string[], fallback?: string): string {
    const text = this.string(name, fallback);
    if (text === "") return text;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !schemes.includes(url.protocol.slice(0, -1))) {
      this.problems.push(
        `${name} is not a URL that begins with ${schemes.map((s) => `${s}://`).join(" or ")}`,
      );
    }
    return text;
  }

  reject(problem: string): void {
    this.problems.push(problem);
  }

  /** Throws a SettingsError if anything was wrong. */
  check(): void {
    if (this.problems.length > 0) throw new SettingsError(this.problems);
  }
}
