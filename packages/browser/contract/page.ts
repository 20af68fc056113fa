/** Runs the contract of links in this page, with the browser's own WebRTC. */
import { linksContract } from '@shoal/host/contract';
import { browserLinks } from '../src/ports/links.js';

declare global {
  interface Window {
    contracts?: Promise<readonly { readonly name: string; readonly error: string | undefined }[]>;
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function runAll() {
  const results: { readonly name: string; readonly error: string | undefined }[] = [];
  for (const { name, run } of linksContract) {
    const a = browserLinks({ privateAddresses: true });
    const b = browserLinks({ privateAddresses: true });
    if (a === undefined || b === undefined) throw new Error('this browser has no WebRTC');
    const error = await run({ a, b, wait }).then(
      () => undefined,
      (thrown: unknown) => String(thrown),
    );
    results.push({ name, error });
  }
  return results;
}

window.contracts = runAll();
