/**
 * A minimal WebTorrent-style tracker over WebSocket, for the rival engine: relays offers and
 * answers.
 */

import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

// What Novage's own wt-tracker uses by default: the mesh heals within 20 s.
const INTERVAL_SEC = 20;

/** An HTTP server that upgrades to the tracker's WebSocket. */
export function createTracker() {
  const server = createServer((_, res) => res.writeHead(426).end());
  /**
   * @type {Map<string, Map<string, import('ws').WebSocket>>} swarms: info hash -> peer id -> socket
   */
  const swarms = new Map();
  new WebSocketServer({ server, maxPayload: 1 << 20 }).on('connection', (socket) => {
    const joined = [];
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => receive(swarms, socket, joined, parse(data)));
    socket.on('close', () => {
      for (const { swarm, id } of joined) if (swarm.get(id) === socket) swarm.delete(id);
    });
  });
  return server;
}

function parse(data) {
  try {
    return JSON.parse(data.toString());
  } catch {
    return undefined;
  }
}

function receive(swarms, socket, joined, message) {
  if (message?.action !== 'announce' || typeof message.info_hash !== 'string') return;
  const swarm = swarms.get(message.info_hash) ?? new Map();
  swarms.set(message.info_hash, swarm);
  if (message.answer) return relayAnswer(swarm, message);
  if (message.event === 'stopped') return swarm.delete(message.peer_id);
  if (swarm.get(message.peer_id) !== socket) {
    swarm.set(message.peer_id, socket);
    joined.push({ swarm, id: message.peer_id });
  }
  const { info_hash } = message;
  const [complete, incomplete] = [0, swarm.size];
  write(socket, { action: 'announce', interval: INTERVAL_SEC, info_hash, complete, incomplete });
  relayOffers(swarm, message);
}

function relayAnswer(swarm, { info_hash, peer_id, to_peer_id, answer, offer_id }) {
  write(swarm.get(to_peer_id), { action: 'announce', info_hash, peer_id, answer, offer_id });
}

// A run of peers from a random start, as wt-tracker chooses them.
function relayOffers(swarm, { info_hash, peer_id, offers }) {
  const others = [...swarm].filter(([id]) => id !== peer_id);
  const start = Math.floor(Math.random() * others.length);
  for (const [i, { offer, offer_id }] of (offers ?? []).slice(0, others.length).entries()) {
    const [, socket] = others[(start + i) % others.length];
    write(socket, { action: 'announce', info_hash, peer_id, offer, offer_id });
  }
}

function write(socket, message) {
  if (socket?.readyState === 1) socket.send(JSON.stringify(message));
}
