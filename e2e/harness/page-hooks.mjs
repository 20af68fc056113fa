/** Scripts that run in a page before its own: they count connections, and spoil or drop pieces. */

/** Counts peer connections in `window.rtc`: how many were made, and which are not closed. */
export function countConnections() {
  const Real = window.RTCPeerConnection;
  const all = [];
  window.rtc = {
    made: () => all.length,
    open: () => all.filter((one) => one.signalingState !== 'closed').length,
  };
  window.RTCPeerConnection = new Proxy(Real, {
    construct(target, args) {
      const connection = Reflect.construct(target, args);
      all.push(connection);
      return connection;
    },
  });
}

/** Lets tests turn a page's pieces bad (`window.spoil = true`) or silent (`window.hush = true`). */
export function tamperWithPieces() {
  const real = RTCDataChannel.prototype.send;
  window.spoiled = 0;
  RTCDataChannel.prototype.send = function send(data) {
    const bytes = ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data);
    if (this.ordered) return real.call(this, data);
    if (window.hush) return undefined;
    if (!window.spoil) return real.call(this, data);
    const bad = bytes.slice();
    bad[bad.length - 1] ^= 0xff;
    window.spoiled++;
    return real.call(this, bad);
  };
}
