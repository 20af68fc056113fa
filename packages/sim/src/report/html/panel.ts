/** A panel: what is seen as a sentence, what is drawn, and the drawing. */
import { escapeHtml } from './markup.js';
import type { Ink } from './plot.js';

export interface Panel {
  readonly title: string;
  /** What is drawn, over what, in which unit. */
  readonly detail: string;
  /** Markup. */
  readonly body: string;
  /** Colours that are not named in the drawing. */
  readonly key?: readonly (readonly [Ink, string])[];
}

export function panelHtml({ title, detail, body, key = [] }: Panel): string {
  const names = key.map(([ink, name]) => `<span class="key ${ink}">${escapeHtml(name)}</span>`);
  return `<figure class="panel">
<figcaption><h2>${escapeHtml(title)}</h2><p>${escapeHtml(detail)}${names.join('')}</p></figcaption>
${body}
</figure>`;
}
