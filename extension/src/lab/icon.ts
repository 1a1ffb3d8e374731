/** A frame of film, in the colours of JupyterLab's own icons. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 22 22">
<g class="jp-icon3 jp-icon-selectable" fill="#616161"><path d="M3 4h16a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zm3.5 2v10h9V6zM3.5 6v2H5V6zm0 4v2H5v-2zm0 4v2H5v-2zM17 6v2h1.5V6zm0 4v2h1.5v-2zm0 4v2h1.5v-2z" fill-rule="evenodd"/></g>
<path class="jp-icon-selectable" fill="#e0823d" d="M9.5 8.2v5.6l4.6-2.8z"/></svg>`;
