/** Words: the repository names no machine, no private host and nobody's writing tools. */
import { textFiles } from '../house/source-files.mjs';

/** Each pattern is written so that it does not match itself. */
const BANNED = [
  [/(?<![\w.@*-])\/(?:w[o]rk|h[o]me\/[a-z]+|r[o]ot|Us[e]rs)\//, 'a path of one machine'],
  [/(?<![\w.])\/tmp\/(?:br[i]ef|b[a]sh_jobs)/, 'a path of one machine'],
  [/\b(?:cl[a]ude|anthr[o]pic|open[a]i|chat[g]pt|c[o]pilot|ll[m]s?)\b/i, 'a writing tool'],
  [/\bAI[ -](?:ass[i]st|gener|ag[e]nt)/i, 'a writing tool'],
  [/\b(?:reg[i]stry\.npm(?:js|mirror)\.|npm\.p[k]g\.|artif[a]ctory|vcs-m[i]rror)/i, 'a registry'],
  [/\b(?:iss[u]es? #?\d+|iss[u]es (?:sh[o]w|not[e]))\b/i, 'an entry of a tracker of work'],
];

export const name = 'words';

export function check() {
  return wordProblems(textFiles());
}

/** Banned words in `{ path, text }` files, with file and line. */
export function wordProblems(files) {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const found = BANNED.find(([pattern]) => pattern.test(line));
      return found === undefined ? [] : [`${path}:${index + 1} names ${found[1]}`];
    }),
  );
}
