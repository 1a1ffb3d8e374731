/** Addresses of what a project shows: read, written, and told of when what they name is gone. */
import { describe, expect, it } from "vitest";
import { hashOf, linkTo, missing, placeOf, type Place } from "../src/lib/links.ts";
import { takePlace, takeView } from "../src/ui/places.svelte.ts";

const project = "11111111-1111-4111-8111-111111111111";
const [first, second] = ["SHOT-010_v01_take01", "SHOT-010_v01_take02"];
const node = "shot_010";

const PLACES: readonly Place[] = [
  { project: "", shown: "" },
  { project, shown: "" },
  { project, shown: "", node },
  { project, shown: "assets" },
  { project, shown: "exports" },
  { project, shown: "settings" },
  { project, shown: "history" },
  { project, shown: "queue" },
  { project, shown: "takes" },
  { project, shown: "takes", node },
  { project, shown: "take", node, take: first },
  { project, shown: "take", node, take: first, frame: 12 },
  { project, shown: "compare", node, take: first, other: second },
];

describe("an address", () => {
  it.each(PLACES.map((place) => [hashOf(place), place] as const))("%s says just what was written into it", (hash, place) => {
    expect(placeOf(hash)).toEqual(place);
    expect(placeOf(hash.slice(1))).toEqual(place);
  });

  it("is short for the canvas, and says the view before all else", () => {
    expect(hashOf({ project, shown: "", node })).toBe(`#project=${project}&node=${node}`);
    expect(hashOf({ project, shown: "compare", node, take: first, other: second })).toBe(`#/compare?project=${project}&node=${node}&take=${first}&other=${second}`);
  });

  it.each([
    ["#project=../x", { project: "", shown: "" }],
    [`#project=${project}&node=<img src=x onerror=alert(1)>`, { project, shown: "" }],
    [`#project=${project}&node=${encodeURIComponent("../../etc")}`, { project, shown: "" }],
    [`#/take?project=${project}&node=${node}&take=javascript:alert(1)`, { project, shown: "takes", node }],
    [`#/take?project=${project}&take=${first}`, { project, shown: "takes" }],
    [`#/compare?project=${project}&node=${node}&take=${first}`, { project, shown: "take", node, take: first }],
    [`#/take?project=${project}&node=${node}&take=${first}&frame=-1`, { project, shown: "take", node, take: first }],
    ["#/", { project: "", shown: "" }],
    ["#", { project: "", shown: "" }],
    ["#%", { project: "", shown: "" }],
  ] as const)("that anybody wrote, %s, says what of it is ours", (hash, place) => {
    expect(placeOf(hash)).toEqual(place);
  });

  it("of a view that there is none of is known as such, and is never written", () => {
    expect(placeOf(`#/elsewhere?project=${project}`)).toEqual({ project, shown: "", unknown: "elsewhere" });
    expect(hashOf(placeOf(`#/elsewhere?project=${project}`))).toBe(`#project=${project}`);
    expect(placeOf("#/__proto__").unknown).toBe("__proto__");
  });

  it("and a view of takes stand for each other", () => {
    for (const place of PLACES) {
      const view = takeView(place);
      if (["takes", "take", "compare"].includes(place.shown)) expect(view && takePlace(project, view)).toEqual(place);
      else expect(view).toBeNull();
    }
  });
});

describe("a link to something that is gone", () => {
  const here = { canvas: { nodes: { [node]: {} } }, takesOf: (id: string) => (id === node ? [{ record: { id: first } }] : []), titleOf: () => "Fox crosses" };

  it("is told in one sentence, and shows what there still is", () => {
    const told = (hash: string): unknown[] => {
      const { sentence, rest } = missing(placeOf(hash), here);
      return [sentence, rest];
    };
    const canvas = { project, shown: "" };
    expect(told(`#project=${project}&node=shot_020`)).toEqual(["What the link leads to is not on this canvas any more.", canvas]);
    expect(told(`#project=${project}&node=constructor`)[1]).toEqual(canvas);
    expect(told(`#/takes?project=${project}&node=shot_020`)).toEqual(["What the link leads to is not on this canvas any more.", canvas]);
    expect(told(`#/take?project=${project}&node=${node}&take=${second}`)).toEqual(["The link leads to take 2 of Fox crosses, which is gone.", { ...canvas, node }]);
    expect(told(`#/compare?project=${project}&node=${node}&take=${first}&other=${second}`)).toEqual(["The link leads to take 2 of Fox crosses, which is gone.", { ...canvas, node }]);
    expect(told(`#/elsewhere?project=${project}`)).toEqual(["The link leads to “elsewhere”, and the studio has no such view.", canvas]);
    expect(told(`#/take?project=${project}&node=${node}&take=${first}`)[0]).toBeNull();
    expect(told(`#/queue?project=${project}`)).toEqual([null, { project, shown: "queue" }]);
  });
});

describe("a copied link", () => {
  const place: Place = { project, shown: "take", node, take: first };

  it("leads to the studio's page from wherever it was copied, and carries no token", () => {
    const own = { href: "http://localhost:8888/genstudio/app?token=secret#project=x", whole: true, base: "/" };
    expect(linkTo(place, own)).toBe(`http://localhost:8888/genstudio/app${hashOf(place)}`);
    const lab = { href: "https://hub.example.org/user/ada/lab/tree/film.ipynb?token=secret", whole: false, base: "/user/ada/" };
    expect(linkTo(place, lab)).toBe(`https://hub.example.org/user/ada/genstudio/app${hashOf(place)}`);
  });

  it("is not offered where no address leads to the place", () => {
    expect(linkTo(place, { href: "vscode-webview://x/index.html", whole: false, base: null })).toBeNull();
  });
});
