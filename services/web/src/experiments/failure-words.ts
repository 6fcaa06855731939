import { Code, ConnectError } from "@connectrpc/connect";
import { explain, fieldViolations } from "../failure.js";

/** What happened, and what to do: in the service's own sentence where it is one for the person who asked. */
export function explainToStaff(error: unknown): string {
  const { code, rawMessage } = ConnectError.from(error);
  switch (code) {
    case Code.FailedPrecondition:
    case Code.Aborted:
    case Code.NotFound:
      return sentence(rawMessage);
    case Code.InvalidArgument: {
      const violations = [...fieldViolations(error)].map(([field, what]) => `${field} ${what}`);
      return sentence(violations.length > 0 ? violations.join("; ") : rawMessage);
    }
    case Code.PermissionDenied:
      return "That is for staff: the account or the token has no such right.";
    default:
      return explain(error);
  }
}

/** With a capital, unless a name comes first, and a full stop. @param names that keep their small letter */
export function sentence(text: string, names: readonly string[] = []): string {
  const [first = ""] = text.split(" ", 1);
  const begun = names.includes(first) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
