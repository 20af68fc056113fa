/** `npm run sweep`: builds, then turns one number of a policy over scenarios and seeds. */
import { ensureInstalled } from './house/install.mjs';

await ensureInstalled();
const { build } = await import('./build.mjs');
await build({ quiet: true });
await import('../packages/sim/dist/sweep/main.js');
