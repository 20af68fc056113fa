/** What ffmpeg is told: one input, and a fragmented MP4 a rendition, on a pipe each. */

/** One rung of a ladder. */
export interface LiveRung {
  readonly height: number;
  readonly videoKbps: number;
  readonly audioKbps: number;
}

export type LiveInput =
  /** FLV on the standard input. */
  | { readonly type: 'rtmp' }
  /** Waits for one publisher, whose passphrase is the stream key. */
  | { readonly type: 'srt'; readonly host: string; readonly port: number; readonly key: string }
  | { readonly type: 'file'; readonly path: string }
  /** A moving picture with a clock, and a tone. */
  | { readonly type: 'test'; readonly width: number; readonly height: number };

export type LiveOutput =
  /** H.264 and AAC as they come. */
  | { readonly type: 'copy' }
  /** One rendition in the size of the source. */
  | { readonly type: 'transcode' }
  | { readonly type: 'ladder'; readonly rungs: readonly LiveRung[] };

export function renditionCount(output: LiveOutput): number {
  return output.type === 'ladder' ? output.rungs.length : 1;
}

export function encoderArguments(
  input: LiveInput,
  output: LiveOutput,
  segmentMs: number,
): readonly string[] {
  const quiet = ['-hide_banner', '-loglevel', 'error', '-nostats'];
  return [...quiet, ...inputArguments(input), ...outputs(input, output, segmentMs)];
}

function inputArguments(input: LiveInput): readonly string[] {
  const soon = ['-fflags', '+genpts', '-analyzeduration', '1000000'];
  switch (input.type) {
    case 'rtmp':
      return [...soon, '-f', 'flv', '-i', 'pipe:0'];
    case 'srt': {
      const { host, port, key } = input;
      const options = `mode=listener&passphrase=${encodeURIComponent(key)}&pbkeylen=16`;
      return ['-nostdin', ...soon, '-f', 'mpegts', '-i', `srt://${host}:${port}?${options}`];
    }
    case 'file':
      return ['-nostdin', '-re', '-stream_loop', '-1', '-i', input.path];
    case 'test': {
      const size = `${input.width}x${input.height}`;
      const tone = 'sine=frequency=440:sample_rate=48000:beep_factor=4,volume=0.1[out1]';
      const both = `testsrc2=size=${size}:rate=30[out0];${tone}`;
      return ['-nostdin', '-re', '-f', 'lavfi', '-i', both];
    }
  }
}

function outputs(input: LiveInput, output: LiveOutput, segmentMs: number): readonly string[] {
  // Sound in MPEG-TS has its description in every frame, too late for a prompt header.
  const sound = input.type === 'srt' ? ['-c:a', 'aac', '-ar', '48000'] : ['-c:a', 'copy'];
  if (output.type === 'copy') return [...MAPS, '-c:v', 'copy', ...sound, ...container(0)];
  const encode = [
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'],
    ...['-sc_threshold', '0', '-force_key_frames', `expr:gte(t,n_forced*${segmentMs / 1000})`],
    ...['-c:a', 'aac', '-ac', '2', '-ar', '48000'],
  ];
  if (output.type === 'transcode') return [...MAPS, ...encode, '-crf', '23', ...container(0)];
  return output.rungs.flatMap(({ height, videoKbps, audioKbps }, index) => [
    ...MAPS,
    ...encode,
    // Never larger than the source; even, as the codec wants.
    ...['-vf', `scale=-2:trunc(min(${height}\\,ih)/2)*2`],
    ...['-b:v', `${videoKbps}k`, '-maxrate', `${videoKbps}k`, '-bufsize', `${videoKbps}k`],
    ...['-b:a', `${audioKbps}k`],
    ...container(index),
  ]);
}

/** The first picture and the first sound, each if there is one. */
const MAPS = ['-map', '0:v:0?', '-map', '0:a:0?'] as const;

/** A fragment a frame: our packager decides what goes together. */
function container(index: number): readonly string[] {
  const flags = '+frag_every_frame+empty_moov+default_base_moof+delay_moov';
  const prompt = ['-flush_packets', '1', '-max_muxing_queue_size', '512'];
  const format = ['-f', 'mp4', '-movflags', flags, '-use_editlist', '0'];
  return [...format, ...prompt, `pipe:${index === 0 ? 1 : FIRST_PIPE + index - 1}`];
}

/** After standard input, output and error. */
const FIRST_PIPE = 3;
