/** Where to go once somebody is in: a path of this page's own, or the front page. */
export function nextPage(params: URLSearchParams): string {
  const next = params.get("next") ?? "/";
  // "//elsewhere.org" would be another site.
  return /^\/(?![/\\])/.test(next) ? next : "/";
}
