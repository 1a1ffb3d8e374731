/** A canvas whose studio is gone for good: nothing can be done on it that would reach nobody. */
import { describe, expect, it } from "vitest";
import { opened } from "./kernel.ts";

describe("a canvas whose kernel has ended", () => {
  it("takes no more edits, and says why and what to do", async () => {
    const { store, end } = await opened();
    end();
    expect(store.connection).toBe("closed");
    expect(store.notices.shown.at(-1)).toMatchObject({ level: "error", message: "The kernel that holds this canvas has ended.", detail: "All you did is kept. Run the cell again." });
    expect(store.edit("name", [{ op: "add", path: "/nodes/one/data/name", value: "Fox" }])).toBe(false);
    expect(store.canvas.nodes["one"]?.data["name"]).toBeUndefined();
  });
  it("says that what nobody confirmed may be lost", async () => {
    const { store, end } = await opened();
    store.edit("name", [{ op: "add", path: "/nodes/one/data/name", value: "Fox" }]);
    end();
    expect(store.notices.shown.at(-1)?.detail).toContain("may not be kept");
  });
  it("is no news where the page itself leaves it", async () => {
    const { store } = await opened();
    store.close();
    expect(store.notices.shown).toEqual([]);
  });
});
