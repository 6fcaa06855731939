import { Code, type HandlerContext } from "@connectrpc/connect";
import { reasoned } from "@craic/runtime/errors.js";
import { subjectOf } from "@craic/runtime/principal.js";

/**
 * By which id the one whom a request is about takes part: the person's or, while nobody knows who they are, their
 * browser's. UNAUTHENTICATED if there is neither. Accounts have UUIDs of version 7 and browsers of version 4, as the
 * field options want it, so that naming a browser is never a way to speak for a person.
 */
export function participantOf(
  { userId, anonymousId }: { readonly userId: string; readonly anonymousId: string },
  context: Pick<HandlerContext, "values">,
): string {
  const id = subjectOf(userId, context) || anonymousId;
  if (id !== "") return id;
  throw reasoned(Code.Unauthenticated, "TOKEN_MISSING", "sign in to do this, or name a browser");
}
