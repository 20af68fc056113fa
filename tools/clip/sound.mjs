// Synthesises the sound of the bundled clip: a pad and plucked notes whose tails wrap over the
// loop.

const TAU = Math.PI * 2;

/** Stereo float samples, interleaved, that loop without a seam. */
export function makeSound(rate, seconds) {
  const length = rate * seconds;
  const left = new Float32Array(length);
  const right = new Float32Array(length);
  const bar = seconds / CHORDS.length;
  CHORDS.forEach((chord, index) => {
    for (const note of chord.pad) addPad(left, right, rate, index * bar, bar, note);
    for (let step = 0; step < 16; step += 1) {
      const note = chord.pluck[PATTERN[step]];
      const pan = 0.5 + 0.32 * Math.sin(step * 1.7 + index);
      addPluck(
        left,
        right,
        rate,
        (index + step / 16) * bar,
        note,
        pan,
        step % 4 === 0 ? 0.1 : 0.07,
      );
    }
  });
  echo(left, right, rate, 0.75, 0.34);
  return interleave(left, right);
}

function addPad(left, right, rate, start, seconds, note) {
  const total = Math.floor((seconds + 3) * rate);
  const step = (TAU * pitch(note)) / rate;
  for (let index = 0; index < total; index += 1) {
    const time = index / rate;
    const gate = Math.min(1, time / 1.8) * Math.min(1, (seconds + 3 - time) / 3);
    const level = 0.034 * gate * gate * (3 - 2 * gate);
    const slow = 1 + 0.15 * Math.sin((TAU * time) / 4 + note);
    const at = (Math.floor(start * rate) + index) % left.length;
    left[at] += level * slow * voice(step * 1.0012 * index);
    right[at] += level * (2 - slow) * voice(step * 0.9988 * index + 0.7);
  }
}

function addPluck(left, right, rate, start, note, pan, level) {
  const total = Math.floor(2.4 * rate);
  const step = (TAU * pitch(note)) / rate;
  for (let index = 0; index < total; index += 1) {
    const time = index / rate;
    const body = Math.min(1, time / 0.006) * Math.exp(-time * 2.4);
    const ring = Math.exp(-time * 7) * Math.sin(step * 3 * index) * 0.28;
    const value = level * (body * Math.sin(step * index) + ring * Math.min(1, time / 0.006));
    const at = (Math.floor(start * rate) + index) % left.length;
    left[at] += value * (1 - pan);
    right[at] += value * pan;
  }
}

// Two passes over the ring, so that the end's echoes are heard at the start.
function echo(left, right, rate, seconds, share) {
  const gap = Math.floor(seconds * rate);
  const size = left.length;
  const dryLeft = left.slice();
  const dryRight = right.slice();
  for (let pass = 0; pass < 2; pass += 1) {
    for (let index = 0; index < size; index += 1) {
      const from = (index - gap + size) % size;
      left[index] = dryLeft[index] + right[from] * share;
      right[index] = dryRight[index] + left[from] * share;
    }
  }
}

function interleave(left, right) {
  const out = new Float32Array(left.length * 2);
  let peak = 0;
  for (let index = 0; index < left.length; index += 1) {
    peak = Math.max(peak, Math.abs(left[index]), Math.abs(right[index]));
  }
  for (let index = 0; index < left.length; index += 1) {
    out[index * 2] = (left[index] / peak) * 0.5;
    out[index * 2 + 1] = (right[index] / peak) * 0.5;
  }
  return out;
}

function voice(angle) {
  return Math.sin(angle) + 0.3 * Math.sin(angle * 2) + 0.1 * Math.sin(angle * 3);
}

function pitch(note) {
  return 440 * 2 ** ((note - 69) / 12);
}

// MIDI notes: A minor 9, F major 7, C major 9, G 6.
const CHORDS = [
  { pad: [45, 57, 60, 64, 71], pluck: [69, 72, 76, 79, 83] },
  { pad: [41, 53, 57, 60, 64], pluck: [65, 69, 72, 76, 81] },
  { pad: [48, 55, 60, 64, 67], pluck: [67, 72, 74, 76, 79] },
  { pad: [43, 55, 59, 62, 64], pluck: [67, 71, 74, 76, 83] },
];

const PATTERN = [0, 2, 1, 3, 2, 4, 3, 1, 0, 3, 2, 4, 1, 3, 2, 1];
