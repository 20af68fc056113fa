/** The tracker's socket by ws. */

import { LIMITS } from '@shoal/core/wire';
import type { TrackerSockets } from '@shoal/host';
import WebSocket from 'ws';

export function nodeTrackerSockets(): TrackerSockets {
  return {
    open(url, events) {
      const options = { maxPayload: LIMITS.frameBytes, perMessageDeflate: false };
      const socket = new WebSocket(url, options);
      socket.binaryType = 'nodebuffer';
      let over = false;
      const down = (): void => {
        if (over) return;
        over = true;
        events.down();
      };
      socket.on('open', () => {
        if (!over) events.up();
      });
      socket.on('message', (data: Buffer, isBinary) => {
        // Text is not our wire: an empty frame is one that no decoder accepts.
        if (!over) events.message(isBinary ? plain(data) : new Uint8Array());
      });
      socket.on('close', down);
      socket.on('error', down);
      return {
        send(frame) {
          if (!over && socket.readyState === WebSocket.OPEN) socket.send(frame);
        },
        close() {
          over = true;
          socket.close();
        },
      };
    },
  };
}

function plain(data: Buffer): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
