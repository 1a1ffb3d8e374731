/** What the page is to the studio. */

/** Whether the page is the studio and nothing else, so that its address is ours; set once by whoever finds out. */
export const page = { whole: false };
