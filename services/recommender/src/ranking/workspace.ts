import { Diversifier } from "./diversity.js";
import type { LiveState } from "./live-state.js";
import { PlaceTaste } from "./place-taste.js";
import { Taste } from "./taste.js";
import { TogetherTaste } from "./together-taste.js";

/** What scores, and lists of them, are worked out in: all of it is scratch, as large as the catalogue and the audience, and no model's own. */
export class Workspace {
  readonly taste: Taste;
  readonly places: PlaceTaste;
  readonly company: TogetherTaste;
  readonly diversifier: Diversifier;

  constructor(state: LiveState) {
    this.taste = new Taste(state);
    this.places = new PlaceTaste(state.catalogue);
    this.company = new TogetherTaste(state);
    this.diversifier = new Diversifier(state.catalogue);
  }

  clear(): void {
    this.places.clear();
    this.company.clear();
    this.taste.clear();
  }
}

/** Cleared, and nobody's at the moment. */
const idle = new WeakMap<LiveState, Workspace[]>();

/**
 * A workspace for one person's scores, to be given back: models take turns in one and the same, so that one that is
 * loaded brings no megabyte of scratch with it.
 */
export function borrowWorkspace(state: LiveState): Workspace {
  return idle.get(state)?.pop() ?? new Workspace(state);
}

export function giveBackWorkspace(state: LiveState, workspace: Workspace): void {
  workspace.clear();
  const others = idle.get(state);
  if (others === undefined) idle.set(state, [workspace]);
  else others.push(workspace);
}
