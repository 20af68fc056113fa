/** The pages of a server: the list of titles, the player of one, and the files they use. */
import type { ObjectKind } from '@shoal/core/edge';
import type { Call, Route } from '../http/call.js';
import type { Links } from '../http/links.js';
import { refuse, reply } from '../http/reply.js';
import { escapeHtml } from './escape.js';
import { ICON, type ListedTitle, titlesPage } from './titles-page.js';
import type { WebFile, WebFiles } from './web-files.js';

export interface PagesParts {
  readonly links: Links;
  readonly web: WebFiles;
  /** Labs only: viewers are not asked before they upload. */
  readonly assumeConsent: boolean;
  readonly titles: () => readonly ListedTitle[];
  readonly has: (name: string) => boolean;
  /** The line of its playlist that makes it a signed stream. */
  readonly tagOf: (name: string) => string;
  /** What `/watch` plays. */
  readonly first: () => string | undefined;
  /** A page in place of the list of titles. */
  readonly home?: WebFiles;
}

export function pageRoutes(parts: PagesParts): readonly Route[] {
  const watch = (call: Call): void => {
    const name = call.path === 'watch' ? parts.first() : call.path.slice('watch/'.length);
    if (name === undefined || !parts.has(name)) refuse(call, 404, 'no such stream');
    else html(call, watchPage(call, name, parts));
  };
  return [
    { at: '', cors: false, handle: (call) => html(call, homePage(call, parts)) },
    { at: 'favicon.ico', cors: false, handle: icon },
    { at: 'watch', cors: false, handle: watch },
    { at: 'watch/', cors: false, handle: watch },
    {
      at: 'assets/',
      cors: true,
      handle: (call) => serveFile(call, parts.web, parts.home),
    },
  ];
}

/** Browsers ask for it unasked. */
function icon(call: Call): void {
  reply(call, { type: 'image/svg+xml', body: ICON, kind: { type: 'page' }, counts: 'page' });
}

function homePage(call: Call, parts: PagesParts): string {
  const home = parts.home?.get('index.html');
  const link = (to: string): string => parts.links.link(call.path, to);
  if (home === undefined) return titlesPage(parts.titles(), link, parts.assumeConsent);
  return fill(home.body.toString('utf8'), {
    __ASSETS__: link('assets'),
    __BASE__: link(''),
    __CONSENT__: consentOf(parts),
  });
}

/** The page with nothing but the player. */
function watchPage(call: Call, name: string, parts: PagesParts): string {
  const template = parts.web.get('watch.html')?.body.toString('utf8') ?? PLAIN;
  return fill(template, {
    __SRC__: parts.links.link(call.path, `hls/${name}/index.m3u8`),
    __ASSETS__: parts.links.link(call.path, 'assets'),
    __CONSENT__: consentOf(parts),
    __TAG__: parts.tagOf(name),
    __TITLE__: name,
  });
}

function consentOf({ assumeConsent }: PagesParts): string {
  return assumeConsent ? 'granted' : 'ask';
}

function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/__[A-Z]+__/g, (key) =>
    Object.hasOwn(values, key) ? escapeHtml(values[key] ?? '') : key,
  );
}

function serveFile(call: Call, web: WebFiles, home: WebFiles | undefined): void {
  const name = call.path.slice('assets/'.length);
  const file: WebFile | undefined =
    web.get(`assets/${name}`) ?? web.get(name) ?? home?.get(`assets/${name}`) ?? home?.get(name);
  if (file === undefined) {
    refuse(call, 404, 'no such file');
    return;
  }
  const kind: ObjectKind = { type: file.hashed ? 'immutable' : 'page' };
  const packed = acceptsGzip(call.req.headers['accept-encoding']) ? file.packed : undefined;
  const headers = {
    ...(file.packed === undefined ? {} : { Vary: 'Accept-Encoding' }),
    ...(packed === undefined ? {} : { 'Content-Encoding': 'gzip' }),
  };
  const { body, etag } = packed ?? file;
  reply(call, { type: file.type, body, etag, kind, headers, counts: 'page' });
}

/** Whether gzip is named, and not to be kept away by a weight of nothing (RFC 9110, 12.5.3). */
function acceptsGzip(header: string | string[] | undefined): boolean {
  return /(?:^|,)\s*gzip\s*(?:,|$|;(?!\s*q=0(?:\.0*)?\s*(?:,|$)))/i.test(`${header ?? ''}`);
}

function html(call: Call, body: string): void {
  const type = 'text/html; charset=utf-8';
  reply(call, { type, body, kind: { type: 'page' }, counts: 'page' });
}

/**
 * Before the browser files are built there is still a page that plays, in browsers that know HLS.
 */
const PLAIN = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>__TITLE__</title>
<style>html,body{margin:0;height:100%;background:#000}video{width:100%;height:100%}</style>
<video src="__SRC__" autoplay muted controls playsinline></video>
</html>
`;
