import { Code, ConnectError, createContextKey, type HandlerContext } from "@connectrpc/connect";

/** Who a call is made by. */
export interface Principal {
  /** Empty when nobody is signed in. */
  readonly userId: string;
  readonly roles: readonly string[];
}

export const anonymous: Principal = { userId: "", roles: Object.freeze([]) };

/** Set by the access interceptor before a handler runs. */
export const principalKey = createContextKey<Principal>(anonymous, {
  description: "who the call is made by",
});

export function isAdmin(principal: Principal): boolean {
  return principal.roles.includes("admin");
}

/**
 * The user a request is about: the one it names, or the caller when it names nobody; "" when there is
 * neither. PERMISSION_DENIED if it names somebody else and the caller is no administrator.
 */
export function subjectOf(requestedUserId: string, context: Pick<HandlerContext, "values">): string {
  const principal = context.values.get(principalKey);
  if (requestedUserId === "" || requestedUserId === principal.userId) return principal.userId;
  if (isAdmin(principal)) return requestedUserId;
  throw principal.userId === ""
    ? new ConnectError("sign in to act for a user", Code.Unauthenticated)
    : new ConnectError("user_id is not the caller's", Code.PermissionDenied);
}
