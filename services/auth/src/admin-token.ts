import { parseArgs } from "node:util";
import { type Environment, Settings, SettingsError } from "@craic/runtime/settings.js";
import { issueAccessToken, NOBODY } from "./access-token.js";
import { KeyFileError, loadSigningKey, type SigningKey } from "./signing-key.js";

const USAGE = `usage: admin-token [--minutes N] [--user-id UUID]

Prints an access token with the role admin, signed with the key in CRAIC_AUTH_KEY_FILE.
Send it as the header "authorization: Bearer <token>".

  --minutes N     how long the token is valid: 1 to 1440, 15 unless said
  --user-id UUID  whose token it is; nobody's account unless said
  --help          prints this
`;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Where the words go; the process's own streams, but for tests. */
interface Terminal {
  readonly now: () => Date;
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

const processTerminal: Terminal = {
  now: () => new Date(),
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
};

/**
 * Prints an access token for an operator, alone on its line.
 *
 * @param args the command's arguments, without the program's name
 * @returns the exit status: 0, 1 when there is no key to sign with, 2 when the arguments make no sense
 */
export function printAdminToken(
  environment: Environment,
  args: readonly string[],
  { now, out, error }: Terminal = processTerminal,
): number {
  try {
    const { help, minutes, userId } = readArguments(args);
    if (help) {
      out(USAGE);
      return 0;
    }
    const key = readKey(environment);
    out(`${issueAccessToken(key, { userId, roles: ["admin"] }, now(), minutes * 60).token}\n`);
    return 0;
  } catch (problem) {
    if (problem instanceof ArgumentError) {
      error(`${problem.message}\n\n${USAGE}`);
      return 2;
    }
    if (problem instanceof SettingsError || problem instanceof KeyFileError) {
      error(`${problem.message}\n`);
      return 1;
    }
    throw problem;
  }
}

class ArgumentError extends Error {}

function readArguments(args: readonly string[]): { help: boolean; minutes: number; userId: string } {
  const { help, minutes, "user-id": userId } = parse(args);
  const whole = Number(minutes);
  if (!Number.isInteger(whole) || whole < 1 || whole > 1440) {
    throw new ArgumentError(`--minutes is "${minutes}", not a whole number from 1 to 1440`);
  }
  if (!UUID.test(userId)) throw new ArgumentError(`--user-id is "${userId}", not a UUID in lower case`);
  return { help, minutes: whole, userId };
}

function parse(args: readonly string[]) {
  try {
    const options = {
      help: { type: "boolean", default: false },
      minutes: { type: "string", default: "15" },
      "user-id": { type: "string", default: NOBODY },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new ArgumentError(error instanceof Error ? error.message : String(error));
  }
}

/** A key that is made here would be nobody else's, and the token good for nothing; so it must be there. */
function readKey(environment: Environment): SigningKey {
  const settings = new Settings(environment);
  const file = settings.string("CRAIC_AUTH_KEY_FILE");
  settings.check();
  const key = loadSigningKey(file);
  if (key === undefined) throw new KeyFileError(file, "does not exist: start Craic once, which makes it");
  return key;
}
