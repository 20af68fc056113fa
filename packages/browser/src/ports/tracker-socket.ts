/** The tracker's socket: a WebSocket of binary frames. */
import type { TrackerSockets } from '@shoal/host';

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
        if (over) return;
        // Text is not our wire: an empty frame is one that no decoder accepts.
        events.message(data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array());
      };
      socket.onclose = down;
      socket.onerror = down;
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
