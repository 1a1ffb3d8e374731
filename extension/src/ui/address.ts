/** The open project in the address of a page that is all ours: `#project=<uuid>`. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Return the project that the address names, or an empty text. */
export function openProject(hash: string = location.hash): string {
  const named = new URLSearchParams(hash.replace(/^#(\/[a-z]*\??)?/, "")).get("project") ?? "";
  return UUID.test(named) ? named : "";
}

/** Write the project into the address; an empty text takes it out. */
export function setOpenProject(project: string): void {
  const view = /^#(\/[a-z]+)/.exec(location.hash)?.[1];
  const next = project ? (view ? `#${view}?project=${project}` : `#project=${project}`) : location.pathname + location.search;
  if (openProject() !== project) history.pushState(null, "", next);
}
