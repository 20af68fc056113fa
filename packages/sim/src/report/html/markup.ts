/** Text in HTML: names and events come from files, and must not become markup. */

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** For positions and sizes: short, and the same everywhere. */
export function fixed(value: number): string {
  return String(Number(value.toFixed(2)));
}
