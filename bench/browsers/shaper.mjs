/** A token bucket, and a fair queue in front of it: what a capped edge can send to all together. */

/** Tokens are bytes. Time is given by the caller, in ms, and never goes back. */
export class TokenBucket {
  constructor({ bytesPerSec, burstBytes, nowMs = 0 }) {
    this.bytesPerSec = bytesPerSec;
    this.burstBytes = burstBytes;
    this.tokens = burstBytes;
    this.filledAtMs = nowMs;
  }

  /** Grants up to `wanted` bytes; what is granted is gone. */
  take(nowMs, wanted) {
    const gained = ((nowMs - this.filledAtMs) * this.bytesPerSec) / 1000;
    this.tokens = Math.min(this.burstBytes, this.tokens + gained);
    this.filledAtMs = nowMs;
    const granted = Math.min(wanted, Math.floor(this.tokens));
    this.tokens -= granted;
    return granted;
  }
}

const QUANTUM_BYTES = 2048;
const TICK_MS = 5;
const BURST_BYTES = 16 * 1024;

/**
 * Round robin over the waiting bodies, a quantum each, as a fair queue on the edge's link would.
 */
export class FairEgress {
  constructor({ kbps }, clock = () => performance.now()) {
    this.clock = clock;
    const bytesPerSec = (kbps * 1000) / 8;
    this.bucket = new TokenBucket({ bytesPerSec, burstBytes: BURST_BYTES, nowMs: clock() });
    this.waiting = [];
    this.timer = undefined;
  }

  /** `body` is `{ left(): bytes, write(bytes) }`; it leaves the queue when nothing is left. */
  add(body) {
    this.waiting.push(body);
    this.timer ??= setInterval(() => this.serve(), TICK_MS);
  }

  serve() {
    this.waiting = this.waiting.filter((body) => body.left() > 0);
    while (this.waiting.length > 0) {
      const body = this.waiting[0];
      const granted = this.bucket.take(this.clock(), Math.min(QUANTUM_BYTES, body.left()));
      if (granted === 0) return;
      body.write(granted);
      this.waiting.shift();
      if (body.left() > 0) this.waiting.push(body);
    }
    this.stop();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
