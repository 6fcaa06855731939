import { Code, ConnectError, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import type { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import { invalidArgument, notFound, reasoned, retryLater } from "@craic/runtime/errors.js";
import type { Logger } from "@craic/runtime/log.js";
import { subjectOf } from "@craic/runtime/principal.js";
import { type Admission, QueueFullError } from "./admission.js";
import { keyToProto, preferencesToProto, tokenPairToProto, userToProto } from "./auth-to-proto.js";
import type { LogInOutcome } from "./log-in.js";
import type { Passwords } from "./password.js";
import { noPreferences, withoutDoubles } from "./preferences.js";
import type { SessionTokens } from "./session-tokens.js";
import type { VerificationKey } from "./signing-key.js";
import { displayNameProblem, emailProblem, normalizeEmail, type User } from "./user.js";
import type { UserStore } from "./user-store.js";

export interface AuthDependencies {
  readonly users: UserStore;
  readonly sessions: SessionTokens;
  readonly passwords: Passwords;
  /** Bounds how many passwords are hashed at once. */
  readonly hashing: Admission;
  readonly logIn: (email: string, password: string) => Promise<LogInOutcome>;
  /** The current one first. */
  readonly keys: readonly VerificationKey[];
  readonly newUserId: () => string;
  readonly now: () => Date;
  readonly log: Logger;
}

/** About as long as a full queue takes to drain on a small machine. */
const QUEUE_FULL_RETRY_MS = 2_000;

/** The handlers of craic.auth.v1.AuthService; the contract is in its .proto file. */
export function createAuthService(deps: AuthDependencies): Partial<ServiceImpl<typeof AuthService>> {
  const { users, sessions, passwords, log } = deps;
  const keySet = { keys: deps.keys.map(keyToProto) };
  return {
    async register({ email, password, displayName, preferences }, context) {
      const user: User = {
        userId: deps.newUserId(),
        email: normalizeEmail(email),
        displayName: displayName.trim(),
        roles: [],
        createTime: deps.now(),
      };
      checkUser(user);
      const passwordHash = await hashing(() => passwords.hash(password), context);
      const wanted = withoutDoubles(preferences ?? noPreferences);
      if (!(await users.insert({ user, passwordHash, preferences: wanted }))) {
        throw reasoned(Code.AlreadyExists, "EMAIL_TAKEN", "an account with this email exists already");
      }
      return { user: userToProto(user), tokens: tokenPairToProto(await sessions.open(user)) };
    },

    async logIn({ email, password }, context) {
      const result = await hashing(() => deps.logIn(normalizeEmail(email), password), context);
      switch (result.outcome) {
        case "welcome":
          return {
            user: userToProto(result.user),
            tokens: tokenPairToProto(await sessions.open(result.user)),
          };
        case "wrong":
          throw new ConnectError("email and password do not belong together", Code.Unauthenticated);
        case "refused":
          throw retryLater(Code.ResourceExhausted, "too many failed log-ins for this email", result.retryMs);
      }
    },

    async refresh({ refreshToken }, { requestHeader }) {
      const result = await sessions.refresh(refreshToken);
      switch (result.outcome) {
        case "refreshed":
          return { user: userToProto(result.user), tokens: tokenPairToProto(result.tokens) };
        case "reused":
          log.warn(
            { requestId: requestHeader.get("x-request-id") },
            "a spent refresh token came back; its session was ended",
          );
          throw sessionOver();
        case "over":
          throw sessionOver();
      }
    },

    async logOut({ refreshToken }) {
      await sessions.end(refreshToken);
      return {};
    },

    async getUser({ userId }, context) {
      const subject = requireUser(subjectOf(userId, context));
      const user = await users.find(subject);
      if (user === undefined) throw notFound("user", subject);
      return { user: userToProto(user) };
    },

    async getPreferences({ userId }, context) {
      const subject = requireUser(subjectOf(userId, context));
      const preferences = await users.findPreferences(subject);
      if (preferences === undefined) throw notFound("user", subject);
      return { preferences: preferencesToProto(preferences) };
    },

    async updatePreferences({ userId, preferences }, context) {
      const subject = requireUser(subjectOf(userId, context));
      const wanted = withoutDoubles(preferences ?? noPreferences);
      if (!(await users.setPreferences(subject, wanted))) throw notFound("user", subject);
      return { preferences: preferencesToProto(wanted) };
    },

    getKeySet() {
      return keySet;
    },
  };

  function hashing<T>(task: () => Promise<T>, { signal }: HandlerContext): Promise<T> {
    return deps.hashing.run(task, signal).catch((error: unknown) => {
      if (!(error instanceof QueueFullError)) throw error;
      throw retryLater(Code.ResourceExhausted, "too many people are signing in", QUEUE_FULL_RETRY_MS);
    });
  }
}

function checkUser({ email, displayName }: User): void {
  const problems = { email: emailProblem(email), display_name: displayNameProblem(displayName) };
  const violations = Object.entries(problems).flatMap(([field, description]) =>
    description === undefined ? [] : [{ field, description }],
  );
  if (violations.length > 0) throw invalidArgument(...violations);
}

function requireUser(userId: string): string {
  if (userId === "") throw new ConnectError("sign in, or name a user", Code.Unauthenticated);
  return userId;
}

function sessionOver(): ConnectError {
  return new ConnectError("the session is over; log in again", Code.Unauthenticated);
}
