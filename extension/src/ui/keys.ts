/** Whose the keys of a page are. */

/** Whether the page has no keys of its own, as one that Voila made: JupyterLab and its like listen everywhere, and there ours count only inside. */
export const isKeyless = (page: { body: { dataset: Record<string, string | undefined> } }): boolean => page.body.dataset["voila"] !== undefined;
