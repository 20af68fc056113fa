/** Bundle: the published plug-in speaks every public name, though its own are shortened. */
import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { at } from '../house/root.mjs';

const BUNDLE = 'packages/browser/dist/bundle/shoal-hls.js';
const UNBUNDLED = 'packages/browser/dist/hls/index.js';
/** What a page gives to the plug-in, and what it is told: lines of the API report. */
const REPORTED =
  /^(?:ShoalOptions|UploadOptions|LinkOptions|ShoalEvents|EngineEvents|EngineStats|SegmentStats|NeighbourStats): .*/gm;

/** Of the platform, though TypeScript's library does not have them: we declare them ourselves. */
const FOREIGN = ['getBattery', 'charging', 'level', 'saveData'];

export const name = 'bundle';

export async function check() {
  if (!existsSync(at(BUNDLE))) return [`${BUNDLE}:1 is not built: npm run build`];
  const report = ['browser', 'host'].map((name) =>
    readFileSync(at(`docs/api/${name}.txt`), 'utf8'),
  );
  const words = new Set(readFileSync(at(BUNDLE), 'utf8').match(/[\w$-]+/g));
  const spoken = [...publicNames(report.join('\n')), ...FOREIGN];
  const lost = spoken.filter((name) => !words.has(name));
  const [ours, theirs] = [await shapeOf(UNBUNDLED), await shapeOf(BUNDLE)];
  return [
    ...lost.map((name) => `${BUNDLE}:1 has lost the name ${name}`),
    ...(ours === theirs ? [] : [`${BUNDLE}:1 gives ${theirs}, not ${ours}`]),
  ];
}

/** The members that an API report declares in what pages give and are told. */
export function publicNames(report) {
  const lines = report.match(REPORTED) ?? [];
  const members = lines.flatMap((line) => [
    ...line.matchAll(/(?:[{;] |readonly )'?([\w-]+)'?\??:/g),
  ]);
  return [...new Set(members.map(([, name]) => name))];
}

/** The names that attaching gives, figures included, on an hls.js that plays nothing. */
async function shapeOf(path) {
  const { attachShoal } = await import(pathToFileURL(at(path)).href);
  const none = () => {};
  const hls = { config: {}, userConfig: {}, levels: [], audioTracks: [], on: none, off: none };
  const shoal = attachShoal({ ...hls, once: none }, { consent: 'never' });
  const shape = JSON.stringify(namesOf({ ...shoal, given: shoal.stats() }));
  shoal.destroy();
  return shape;
}

/** Objects by their names, in order; what is no object by its kind, but words as they are. */
export function namesOf(value) {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.keys(value)
    .sort()
    .map((name) => [name, namesOf(value[name])]);
}
