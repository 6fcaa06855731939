/** The store cannot be reached, or takes nothing more, for the moment. */
export class StoreAway extends Error {
  constructor(cause: unknown) {
    super("the store of experiments cannot be reached", { cause });
    this.name = "StoreAway";
  }
}
