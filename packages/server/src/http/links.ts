/**
 * Links that hold behind any proxy: relative to the page that names them, or under the public
 * address.
 */
import { ShoalError } from '@shoal/core/errors';

export interface Links {
  /** How the page at path `from` names the path `to`; both without leading slash. */
  link(from: string, to: string): string;
  /** The same for a WebSocket, whose scheme must be written out when the link is absolute. */
  socket(from: string, to: string): string;
  /** What a person is told to open. */
  shown(to: string): string;
}

/**
 * `publicUrl`: where the world sees this server, when links must be absolute. `local`: where it
 * listens.
 */
export function createLinks(publicUrl: URL | undefined, local: () => string): Links {
  const base = publicUrl?.href.replace(/\/*$/, '/');
  const link: Links['link'] = (from, to) => {
    if (base !== undefined) return `${base}${to}`;
    const relative = `${'../'.repeat(from.split('/').length - 1)}${to}`;
    return relative === '' ? './' : relative;
  };
  return {
    link,
    socket: (from, to) => link(from, to).replace(/^http/, 'ws'),
    shown: (to) => `${base ?? `${local()}/`}${to}`,
  };
}

/** Reads `--public-url`. Throws `server/config`. */
export function readPublicUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new ShoalError(
      'server/config',
      `--public-url must be an http or https address, not "${text}"`,
    );
  }
  if (url.search !== '' || url.hash !== '') {
    throw new ShoalError('server/config', '--public-url must have no query and no fragment');
  }
  return url;
}
