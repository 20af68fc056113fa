/** The tracker's socket: a WebSocket of binary frames. */
import type { TrackerSockets } from '@shoal/host';
import { frameOf } from './channels.js';

export function browserTrackerSockets(): TrackerSockets {
  return {
    open(url, events) {
      const socket = new WebSocket(url);
      socket.binaryType = 'arraybuffer';
      let over = false;
      const down = (): void => {
        if (over) return;
        over = true;
        events.down();
      };
      socket.onopen = () => {
        if (!over) events.up();
      };
      socket.onmessage = ({ data }) => {
        if (!over) events.message(frameOf(data));
      };
      socket.onclose = socket.onerror = down;
      return {
        send(frame) {
          if (!over && socket.readyState === WebSocket.OPEN) socket.send(frame as BufferSource);
        },
        close() {
          over = true;
          socket.close();
        },
      };
    },
  };
}
