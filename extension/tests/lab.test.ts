import { describe, expect, it } from "vitest";
import { findProject, isCanvas } from "../src/lab/place.ts";
import { newProjects, ownTheme, Preferences } from "../src/lab/preferences.ts";
import { words } from "../src/lab/queue.ts";

const MANIFEST = JSON.stringify({ schema: "genstudio.project/1", uuid: "u-1" });

describe("canvases in the file browser", () => {
  it("are known by their name or their folder", () => {
    for (const path of ["main_canvas.json", "a/b/main_canvas.json", "teaser.canvas.json", "P/02_Source_Creative/Canvases/teaser.json"]) expect(isCanvas(path), path).toBe(true);
    for (const path of ["project.json", "main_canvas.json.bak", "Canvases/x.txt", "Canvases", "canvas.json", "Canvases/deeper/x.json"]) expect(isCanvas(path), path).toBe(false);
  });

  it("belong to the nearest folder above with a project's manifest", async () => {
    const files: Record<string, string> = { "Projects/Fox/project.json": MANIFEST, "project.json": "{}", "Projects/Fox/sub/project.json": "not JSON" };
    const read = (path: string): Promise<unknown> => (path in files ? Promise.resolve(files[path]) : Promise.reject(new Error("404")));
    expect(await findProject("Projects/Fox/sub/Canvases/a.json", read)).toEqual({ project: "u-1", canvas: "sub/Canvases/a.json" });
    expect(await findProject("elsewhere/a.json", read)).toBeNull();
  });

  it("are found where JupyterLab shows the project itself", async () => {
    const read = (path: string): Promise<unknown> => (path === "project.json" ? Promise.resolve(MANIFEST) : Promise.reject(new Error("404")));
    expect(await findProject("02_Source_Creative/Canvases/main_canvas.json", read)).toEqual({ project: "u-1", canvas: "02_Source_Creative/Canvases/main_canvas.json" });
  });
});

describe("the queue in the status bar", () => {
  it("is said in a few words", () => {
    expect(words({ running: 0, waiting: 0, workers: 0 })).toBe("Studio: idle");
    expect(words({ running: 2, waiting: 3, workers: 1 })).toBe("Studio: 2 running, 3 waiting · 1 worker");
  });
});

describe("what people prefer in JupyterLab", () => {
  it("is the default until the settings are read, and is told at once and after each change", () => {
    const preferences = new Preferences();
    const told: string[] = [];
    const stop = preferences.follow(() => told.push(ownTheme(preferences.chosen)));
    preferences.take({ theme: "light" });
    preferences.take({ theme: "lab" });
    stop();
    preferences.take({ theme: "dark" });
    expect(told).toEqual(["", "light", ""]);
  });

  it("gives new projects only what was said", () => {
    const preferences = new Preferences();
    expect(newProjects(preferences.chosen)).toEqual({});
    preferences.take({ newProjectQuality: "low" });
    expect(newProjects(preferences.chosen)).toEqual({ quality: "low" });
  });
});
