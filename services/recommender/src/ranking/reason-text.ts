import type { Feature } from "../catalogue/event-features.js";
import type { Names } from "../catalogue/names.js";
import type { Reason } from "./explanation.js";

/** Puts a reason into one sentence for the person. Without a name for what it is about, a general word stands in. */
export function reasonText(reason: Reason, names: Names): string {
  const { kind, about } = reason;
  switch (kind) {
    case "genre":
      return `Because you like ${namesOf(about, names)}`;
    case "preferredGenre":
    case "preferredArtist":
      return `You asked for ${namesOf(about, names)}`;
    case "artist":
      return `${deeds(reason)} with ${namesOf(about, names)}`;
    case "venue":
      return `${deeds(reason)} at ${namesOf(about, names)}`;
    case "organiser":
      return `${deeds(reason)} by ${namesOf(about, names)}`;
    case "similarPeople":
      return similarPeopleText(reason, names);
    case "popular":
      return popularText(about[0], names);
    case "relatedTaste":
      return `People with your taste go for ${tasteFor(about[0], names)}`;
    case "together":
      return `People who like ${likedEvents(reason)} go for this too`;
    case "near":
      return `${deeds(reason)} near ${namesOf(about, names)}`;
    case "soon":
      return "Coming up";
    case "new":
      return "Hardly anybody has seen this yet";
  }
}

/** Says in one sentence what another event has in common with this one. */
export function sharedText(feature: Feature, names: Names): string {
  const name = nameOf(feature, names);
  switch (feature.kind) {
    case "artist":
      return `Also with ${name}`;
    case "venue":
      return `Also at ${name}`;
    case "organiser":
      return `Also by ${name}`;
    case "genre":
    case "weekday":
    case "hour":
    case "price":
      return `Also ${name}`;
  }
}

/** "You saved 2 events", or what else the person did with them. */
function deeds({ liked, saved }: Reason): string {
  return saved > 0 ? `You saved ${events(saved)}` : `You looked at ${events(liked)}`;
}

/** "2 events that you saved", or what else the person did with them. */
function likedEvents({ liked, saved }: Reason): string {
  return saved > 0 ? `${events(saved)} that you saved` : `${events(liked)} that you looked at`;
}

function events(count: number): string {
  return count === 1 ? "an event" : `${count} events`;
}

function similarPeopleText({ about, people, peopleSaved }: Reason, names: Names): string {
  if (peopleSaved > 0) return `${somebody(peopleSaved)} saved this`;
  if (people > 0) return `${somebody(people)} looked at this`;
  return `People who like what you like also go for ${tasteFor(about[0], names)}`;
}

/** "3 people who like what you like", to be followed by what they did. */
function somebody(count: number): string {
  return count === 1 ? "Somebody who likes what you like" : `${count} people who like what you like`;
}

function popularText(about: Feature | undefined, names: Names): string {
  if (about === undefined) return "Popular here lately";
  const what = tasteFor(about, names);
  return `${what.charAt(0).toUpperCase()}${what.slice(1)} ${isSingular(about) ? "is" : "are"} popular lately`;
}

function isSingular({ kind }: Feature): boolean {
  return kind === "artist" || kind === "genre";
}

/** What people go for who like events with a feature. */
function tasteFor(about: Feature | undefined, names: Names): string {
  switch (about?.kind) {
    case undefined:
      return "this";
    case "venue":
      return `events at ${nameOf(about, names)}`;
    case "organiser":
      return `events by ${nameOf(about, names)}`;
    case "artist":
    case "genre":
      return nameOf(about, names);
    case "weekday":
      return weekdays[about.key] ?? "days like this";
    case "hour":
      return `${about.key} events`;
    case "price":
      return about.key === "free" ? "free events" : "events at this price";
  }
}

const weekdays: Readonly<Record<string, string>> = {
  Mon: "Mondays",
  Tue: "Tuesdays",
  Wed: "Wednesdays",
  Thu: "Thursdays",
  Fri: "Fridays",
  Sat: "Saturdays",
  Sun: "Sundays",
};

/** "jazz", "jazz and soul": the first two of the features, where they are called differently. */
function namesOf([first, second]: readonly Feature[], names: Names): string {
  if (first === undefined) return "";
  const name = nameOf(first, names);
  const other = second === undefined ? name : nameOf(second, names);
  return other === name ? name : `${name} and ${other}`;
}

function nameOf({ kind, key }: Feature, names: Names): string {
  switch (kind) {
    case "venue":
      return names.venues.get(key) ?? "this venue";
    case "artist":
      return names.artists.get(key) ?? "an artist who plays here";
    case "organiser":
    case "genre":
    case "weekday":
    case "hour":
    case "price":
      return key;
  }
}
