/** What runs in every viewer's page before anything else: it counts from outside the engine. */

/**
 * The source of this function is injected; it may use nothing from this module. It leaves
 * `window.benchReport()`, a plain object of counts. Times are ms since navigation start, but
 * for stalls, which also carry wall-clock time.
 */
export function pageShim() {
  const SAMPLE_MS = 250;
  // A sample short of its media time by less than this is clock jitter, not a stall.
  const JITTER_SEC = 0.06;
  const STALL_SEC = 0.15;

  const report = {
    openedAt: performance.timeOrigin,
    consumed: { bytes: 0, appends: 0, unstamped: 0, segments: {} },
    rtc: { made: 0, opened: 0, sent: 0, received: 0, sentMessages: 0, receivedMessages: 0 },
    stalls: [],
    waiting: 0,
    latencySec: [],
    heights: {},
    lagMs: [],
    marks: {},
    errors: [],
  };
  const mark = (name) => {
    report.marks[name] ??= Math.round(performance.now());
  };

  countAppends();
  countChannels();
  watchVideo();
  window.addEventListener('error', (event) => report.errors.push(String(event.message)));
  window.addEventListener('unhandledrejection', (event) => report.errors.push(`${event.reason}`));
  window.benchReport = finish;

  // What a player consumes is what it appends to its SourceBuffers: the same door for all engines,
  // whatever the source of the bytes.
  function countAppends() {
    const append = SourceBuffer.prototype.appendBuffer;
    SourceBuffer.prototype.appendBuffer = function appendBuffer(data) {
      const { consumed } = report;
      consumed.bytes += data.byteLength;
      consumed.appends += 1;
      const stamp = stampOf(data);
      if (stamp === undefined) consumed.unstamped += data.byteLength;
      else consumed.segments[stamp] = (consumed.segments[stamp] ?? 0) + data.byteLength;
      mark(stamp === undefined ? 'init appended' : 'first append');
      return append.call(this, data);
    };
  }

  function stampOf(data) {
    const buffer = data.buffer ?? data;
    const length = Math.min(200, data.byteLength);
    const head = String.fromCharCode(...new Uint8Array(buffer, data.byteOffset ?? 0, length));
    // Fragments that the bench did not make are told apart by their numbers.
    return (/bnch:([^;]*);/.exec(head) ?? /^.{12}mfhd.{4}(.{4})/s.exec(head))?.[1];
  }

  function countChannels() {
    const { rtc } = report;
    const size = (data) => data.byteLength ?? data.size ?? data.length;
    const Original = window.RTCPeerConnection;
    if (!Original) return;
    const send = RTCDataChannel.prototype.send;
    RTCDataChannel.prototype.send = function countedSend(data) {
      send.call(this, data);
      rtc.sent += size(data);
      rtc.sentMessages += 1;
    };
    const watch = (channel) => {
      channel.addEventListener('open', () => mark('channel open'));
      channel.addEventListener('message', (event) => {
        rtc.received += size(event.data);
        rtc.receivedMessages += 1;
        if (size(event.data) > 4096) mark('first peer bytes');
      });
    };
    const create = Original.prototype.createDataChannel;
    Original.prototype.createDataChannel = function createDataChannel(...args) {
      const channel = create.apply(this, args);
      watch(channel);
      return channel;
    };
    window.RTCPeerConnection = new Proxy(Original, {
      construct(target, args) {
        const connection = new target(...args);
        rtc.made += 1;
        mark('first connection');
        connection.addEventListener('datachannel', (event) => watch(event.channel));
        connection.addEventListener('connectionstatechange', () => {
          if (connection.connectionState === 'connected') rtc.opened += 1;
        });
        return connection;
      },
    });
  }

  // Every player listens to its video element, so this meets it wherever it is in the page.
  function watchVideo() {
    const listen = EventTarget.prototype.addEventListener;
    HTMLMediaElement.prototype.addEventListener = function addEventListener(...args) {
      if (!report.video && this instanceof HTMLVideoElement) adopt(this);
      return listen.apply(this, args);
    };
    function adopt(video) {
      Object.defineProperty(report, 'video', { value: video, enumerable: false });
      listen.call(video, 'playing', () => mark('playing'));
      listen.call(video, 'waiting', () => {
        if (report.marks.playing !== undefined) report.waiting += 1;
      });
      setInterval(sampler(video), SAMPLE_MS);
    }
  }

  function sampler(video) {
    let last;
    let stall;
    let ticks = 0;
    return () => {
      const nowMs = performance.now();
      const media = video.currentTime;
      if (last) report.lagMs.push(Math.max(0, Math.round(nowMs - last.nowMs - SAMPLE_MS)));
      const playing = report.marks.playing !== undefined && !video.paused && !video.ended;
      if (last && playing) stall = step(video, last, nowMs, media, stall);
      if (!playing) stall = undefined;
      last = { nowMs, media };
      ticks += 1;
      if (ticks % 4 === 0 && playing) everySecond(video);
    };
  }

  // Wall time that passed without its media time, summed over neighbouring samples.
  function step(video, last, nowMs, media, stall) {
    const missing = (nowMs - last.nowMs) / 1000 - (media - last.media) / (video.playbackRate || 1);
    if (missing < JITTER_SEC || media < last.media) return undefined;
    const sum = (stall?.sum ?? 0) + missing;
    const entry = stall?.entry ?? { atMs: Math.round(last.nowMs), wallMs: Date.now(), sec: 0 };
    if (sum < STALL_SEC) return { sum, entry };
    if (entry.sec === 0) report.stalls.push(entry);
    entry.sec = Math.round(sum * 1000) / 1000;
    return { sum, entry };
  }

  function everySecond(video) {
    report.heights[video.videoHeight] = (report.heights[video.videoHeight] ?? 0) + 1;
    const date = player()?.playingDate;
    if (date) report.latencySec.push(Math.round(Date.now() - date.getTime()) / 1000);
  }

  function player() {
    return window.hls ?? window.shoal?.hls ?? document.querySelector('shoal-player')?.hls;
  }

  async function finish() {
    const quality = report.video?.getVideoPlaybackQuality?.();
    return {
      ...report,
      onlineMs: Math.round(performance.now()),
      position: report.video?.currentTime,
      frames: { total: quality?.totalVideoFrames, dropped: quality?.droppedVideoFrames },
      requests: requests(),
      engine: (await window.shoal?.stats?.()) ?? window.engineStats?.(),
    };
  }

  function requests() {
    const entries = performance.getEntriesByType('resource');
    const first = (pattern) => {
      const found = entries.find(({ name }) => pattern.test(new URL(name).pathname));
      if (!found) return undefined;
      const { startTime, responseStart, responseEnd } = found;
      return [startTime, responseStart, responseEnd].map(Math.round);
    };
    return { script: first(/js$/), playlist: first(/\.m3u8$/), fragment: first(/s\d+\.m4s$/) };
  }
}
