/** The one path that every server behind us reads in a target; what may be read twice has none. */

/**
 * The decoded path of a request target, with its leading slash and without its query. Undefined
 * when a cache and the server behind it might see different paths in it: dot segments in any
 * disguise, an encoded slash, backslash or control character, an empty segment, bytes that are no
 * UTF-8.
 */
export function plainPath(target: string): string | undefined {
  const mark = target.indexOf('?');
  const raw = mark < 0 ? target : target.slice(0, mark);
  if (!raw.startsWith('/') || isEither(raw, DISGUISED)) return undefined;
  const path = raw.includes('%') ? decoded(raw) : raw;
  if (path === undefined || isEither(path, UNCLEAN) || isEither(path, DISGUISED)) return undefined;
  return path;
}

/** As it is, or as servers see it that drop semicolons, even out of the middle of an escape. */
function isEither(path: string, bad: RegExp): boolean {
  return bad.test(path) || (path.includes(';') && bad.test(path.replaceAll(';', '')));
}

/** Whether `path` is `folder` or lies in it, by whole segments. */
export function isUnder(path: string, folder: string): boolean {
  const base = folder.endsWith('/') ? folder : `${folder}/`;
  return path.startsWith(base) || path === folder;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Encoded slash, backslash or dot, even where a server decodes twice. */
const DISGUISED = /%(?:25)*(?:2f|5c|2e)/i;
/** Control characters, backslashes, empty and dot segments; `..;` is one to some servers. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNCLEAN = /[\u0000-\u001f\u007f\\]|\/\/|\/\.{1,2}(?:[/;]|$)/;
