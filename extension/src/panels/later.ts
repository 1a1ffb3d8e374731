/** What is not the canvas itself: each is a part of its own, fetched when it is first opened. */
export const later = {
  assets: () => import("./AssetManager.svelte"),
  compare: () => import("./CompareTakes.svelte"),
  cut: () => import("./CutPlayer.svelte"),
  exports: () => import("./Exports.svelte"),
  find: () => import("./Find.svelte"),
  help: () => import("./Help.svelte"),
  history: () => import("./History.svelte"),
  home: () => import("./Home.svelte"),
  importEdit: () => import("./ImportEdit.svelte"),
  inspectCut: () => import("./InspectCut.svelte"),
  namePicture: () => import("./NamePicture.svelte"),
  queue: () => import("./Queue.svelte"),
  rescue: () => import("./Rescue.svelte"),
  review: () => import("./ReviewTake.svelte"),
  settings: () => import("./ProjectSettings.svelte"),
  sheet: () => import("./TakesSheet.svelte"),
} as const;
