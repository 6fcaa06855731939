import { Code, ConnectError } from "@connectrpc/connect";
import { explain, fieldViolations } from "../failure.js";

/** What a new account is asked for. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
}

/** What is wrong with which field; `form` is about the whole. Empty when nothing is. */
export type Problems = Partial<Record<keyof Credentials | "form", string>>;

const SHORTEST_PASSWORD = 10;

/** What the server would refuse, found before it is asked. */
export function checkCredentials({ email, password, displayName }: Credentials): Problems {
  return {
    ...(/^\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$/.test(email) ? {} : { email: "Write it like name@example.org." }),
    ...([...password].length >= SHORTEST_PASSWORD
      ? {}
      : { password: `At least ${SHORTEST_PASSWORD} characters.` }),
    ...(displayName.trim() === "" ? { displayName: "What shall we call you?" } : {}),
  };
}

/** A refusal of the server's, told where it belongs. */
export function problemsOf(error: unknown): Problems {
  const { code } = ConnectError.from(error);
  if (code === Code.AlreadyExists) return { email: "There is an account with this address: log in instead." };
  if (code === Code.Unauthenticated) return { form: "Email and password do not belong together." };
  const violations = fieldViolations(error);
  const problems: Problems = {
    ...pick(violations, "email", "email"),
    ...pick(violations, "password", "password"),
    ...pick(violations, "display_name", "displayName"),
  };
  return Object.keys(problems).length > 0 ? problems : { form: explain(error) };
}

function pick(violations: ReadonlyMap<string, string>, path: string, field: keyof Credentials): Problems {
  const description = violations.get(path);
  return description === undefined ? {} : { [field]: sentence(description) };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}
