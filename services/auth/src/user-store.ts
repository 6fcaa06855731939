import type { Preferences } from "./preferences.js";
import type { User } from "./user.js";

export interface Credentials {
  readonly user: User;
  /** PHC string. */
  readonly passwordHash: string;
}

export interface NewAccount extends Credentials {
  readonly preferences: Preferences;
}

/** Where accounts are kept. Emails are normalized by the caller. */
export interface UserStore {
  /** Answers false, and changes nothing, if the email is taken. */
  insert(account: NewAccount): Promise<boolean>;
  find(userId: string): Promise<User | undefined>;
  findCredentials(email: string): Promise<Credentials | undefined>;
  setPasswordHash(userId: string, passwordHash: string): Promise<void>;
  findPreferences(userId: string): Promise<Preferences | undefined>;
  /** Answers false if there is no such user. */
  setPreferences(userId: string, preferences: Preferences): Promise<boolean>;
  /** How many changes to preferences there have been; a new account is none. */
  preferenceChanges(): Promise<number>;
  /** Whose preferences were changed since there had been so many changes, no more of them than the limit. */
  preferencesChangedSince(changes: number, limit: number): Promise<string[]>;
}
