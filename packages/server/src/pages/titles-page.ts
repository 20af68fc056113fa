/** The list of titles: what is served here, and a link to watch each. */
import { escapeHtml } from './escape.js';

export interface ListedTitle {
  readonly name: string;
  /** What it is called, for people. */
  readonly title: string;
  readonly live: boolean;
  /** One line of detail, such as its length or how far its preparation is. */
  readonly detail: string;
  readonly ready: boolean;
}

export function titlesPage(
  titles: readonly ListedTitle[],
  link: (to: string) => string,
  assumeConsent: boolean,
): string {
  const list = titles.map((title) => entry(title, link)).join('\n');
  const body = titles.length === 0 ? '<p class="empty">No titles yet.</p>' : `<ul>${list}</ul>`;
  const count = titles.length === 1 ? '1 title' : `${titles.length} titles`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${titles.every(({ ready }) => ready) ? '' : REFRESH}
<title>Shoal</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<svg viewBox="0 0 48 32" aria-hidden="true">${FISH}</svg>
<h1>Shoal</h1>
<p>${count}, carried by those who watch</p>
</header>
${assumeConsent ? `<p class="warn" role="note">${CONSENT}</p>` : ''}
<main>${body}</main>
</body>
</html>
`;
}

/** Progress moves while somebody looks. */
const REFRESH = '<meta http-equiv="refresh" content="5">';

function entry({ name, title, live, detail, ready }: ListedTitle, link: (to: string) => string) {
  const badge = live ? '<span class="live">Live</span>' : '';
  const text = `<span class="name">${escapeHtml(title)}${badge}</span>
<span class="detail">${escapeHtml(detail)}</span>`;
  if (!ready) return `<li><div class="title">${text}</div></li>`;
  const watch = escapeHtml(link(`watch/${encodeURIComponent(name)}`));
  const playlist = escapeHtml(link(`hls/${encodeURIComponent(name)}/index.m3u8`));
  return `<li>
<a class="title" href="${watch}">${text}<span class="play" aria-hidden="true"></span></a>
<a class="raw" href="${playlist}">playlist</a></li>`;
}

const CONSENT = `Lab mode: viewers of this server upload to each other without being asked.
Never use it with an audience.`;

const FISH = [
  '<path d="M2 10c6-7 15-6 20 0-5 6-14 7-20 0zm0 0-2-5v10z"/>',
  '<path d="M24 18c5-6 13-5 18 0-5 5-13 6-18 0zm0 0-2-4v8z" opacity=".7"/>',
  '<path d="M10 25c4-5 11-4 15 0-4 4-11 5-15 0zm0 0-2-4v8z" opacity=".45"/>',
].join('');

/** The fish as a picture of its own. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -8 48 48"
  fill="#0d9488">${FISH}</svg>`;

const STYLE = `
:root {
  --paper: #f6f8f9; --card: #fff; --ink: #12222b; --soft: #5a6c76; --line: #dfe6ea;
  --sea: #00757f; --live: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0c1418; --card: #142027; --ink: #e8f0f3; --soft: #93a6b0; --line: #22323b;
    --sea: #4cc3cc; --live: #ff8a80;
  }
}
* { box-sizing: border-box }
body {
  margin: 0 auto; max-width: 46rem; padding: 2.5rem 1.25rem 4rem;
  background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif;
}
header {
  display: grid; grid-template-columns: auto 1fr; column-gap: .9rem; align-items: center;
  margin-bottom: 1.75rem;
}
header svg { width: 3rem; grid-row: 1/3; fill: var(--sea) }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.2; letter-spacing: -.01em }
header p { margin: 0; color: var(--soft) }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .6rem }
li {
  position: relative; background: var(--card); border: 1px solid var(--line);
  border-radius: .75rem;
}
.title {
  display: block; padding: .9rem 6.5rem .9rem 1.1rem; color: inherit; text-decoration: none;
  border-radius: inherit;
}
a.title:hover .name { color: var(--sea) }
a:focus-visible { outline: 2px solid var(--sea); outline-offset: 2px }
.name { display: block; font-weight: 600; overflow-wrap: anywhere }
.detail { color: var(--soft); font-size: .9rem }
.live {
  margin-left: .5rem; padding: .05rem .45rem; border: 1px solid var(--live);
  border-radius: 1rem; color: var(--live); font-size: .75rem; vertical-align: middle;
}
.play {
  position: absolute; right: 1.1rem; top: 1.1rem;
  border-left: .8rem solid var(--sea); border-block: .5rem solid transparent;
}
.raw {
  position: absolute; right: 1.1rem; bottom: .8rem; color: var(--soft); font-size: .8rem;
}
.warn {
  margin: 0 0 1.25rem; padding: .7rem 1rem; border: 1px solid var(--live);
  border-radius: .75rem; color: var(--live); font-size: .9rem;
}
.empty { color: var(--soft) }
`;
