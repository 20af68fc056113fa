// Places and draws the fish and bubbles of the bundled clip; every motion closes after one loop.

import { blend, waterTint } from './water.mjs';

const TAU = Math.PI * 2;

/** Everything that swims, with its seeded differences; call once. */
export function makeSchools(random) {
  return SCHOOLS.flatMap((school) =>
    Array.from({ length: school.count }, () => makeFish(school, random)),
  );
}

/** Rising bubbles; call once. */
export function makeBubbles(random) {
  return Array.from({ length: 26 }, (_, index) => ({
    x: [0.14, 0.79, 0.47][index % 3] + (random() - 0.5) * 0.05,
    laps: 2 + Math.floor(random() * 3),
    start: random(),
    radius: 1.6 + random() ** 2 * 5,
    shift: random() * TAU,
  }));
}

/** Draw all fish of `swimmers`, far ones first. */
export function drawFish(frame, width, height, theta, swimmers) {
  const placed = swimmers.map((fish) => place(fish, theta, width, height));
  placed.sort((a, b) => b.z - a.z);
  for (const fish of placed) paint(frame, width, height, fish);
}

/** Draw the bubbles, each a thin ring with a glint. */
export function drawBubbles(frame, width, height, theta, bubbles) {
  for (const bubble of bubbles) {
    const rise = (bubble.start + (bubble.laps * theta) / TAU) % 1;
    const cx = width * (bubble.x + 0.008 * Math.sin(theta * 8 + bubble.shift + rise * 9));
    const cy = height * (1.03 - rise * 1.1);
    const radius = bubble.radius * (0.7 + 0.5 * rise);
    eachPixel(width, height, cx, cy, radius + 2, radius + 2, (x, y, at) => {
      const gap = Math.hypot(x - cx, y - cy);
      const ring = Math.max(0, 1 - Math.abs(gap - radius) / 1.2);
      const inside = gap < radius ? 0.1 : 0;
      const glint = Math.max(0, 1 - Math.hypot(x - cx + radius * 0.4, y - cy + radius * 0.4) / 1.6);
      const cover = Math.min(0.8, ring * 0.42 + inside + glint * 0.6);
      if (cover > 0) blend(frame, at, [0.72, 0.93, 1], cover);
    });
  }
}

function makeFish(school, random) {
  const spread = () => (random() + random() + random()) / 1.5 - 1;
  return {
    school,
    trail: spread() * school.trail,
    lane: 1 + spread() * school.lane,
    rise: spread() * school.thick,
    size: school.size * (0.78 + 0.44 * random()),
    beat: school.beat + Math.floor(random() * 9),
    shift: random() * TAU,
    drift: 1 + Math.floor(random() * 3),
    hue: random(),
  };
}

function place(fish, theta, width, height) {
  const here = locate(fish, theta);
  const soon = locate(fish, theta + 0.004);
  const scale = 1 / (0.62 + here.z * 0.6);
  const x = width * (0.5 + (here.x - 0.5) * scale);
  const y = height * (0.46 + (here.y - 0.46) * scale);
  const dx = (soon.x - here.x) * width;
  const dy = (soon.y - here.y) * height;
  const dz = (soon.z - here.z) * width * 0.5;
  const speed = Math.hypot(dx, dy, dz) || 1;
  return {
    fish,
    x,
    y,
    z: here.z,
    half: (fish.size * scale * height) / 2,
    facing: Math.max(0.42, Math.hypot(dx, dy) / speed),
    turn: Math.atan2(dy, Math.abs(dx) + 1e-9) * 0.8,
    flip: dx < 0 ? -1 : 1,
    phase: theta * fish.beat + fish.shift,
  };
}

// A school circles in depth: it crosses in front one way and behind the other way.
function locate(fish, theta) {
  const { school } = fish;
  const gather = 1 + 0.28 * Math.sin(theta + school.shift);
  const wobble = 0.07 * Math.sin(theta * fish.drift + fish.shift);
  const angle = school.sense * (school.laps * theta + fish.trail * gather) + school.shift + wobble;
  const reach = fish.lane * (1 + 0.1 * Math.sin(2 * theta + school.shift));
  const heave = 0.05 * Math.sin(2 * angle + theta) + 0.018 * Math.sin(3 * theta + fish.shift);
  return {
    x: school.x + school.rx * reach * Math.cos(angle),
    y: school.y + fish.rise * gather + heave,
    z: school.z + school.rz * reach * Math.sin(angle),
  };
}

function paint(frame, width, height, shown) {
  const { fish, half, facing, flip } = shown;
  const cos = Math.cos(shown.turn);
  const sin = Math.sin(shown.turn);
  const tones = paintTones(fish, shown, height);
  const soft = 1 / half;
  eachPixel(width, height, shown.x, shown.y, half * 1.15, half * 1.15, (x, y, at) => {
    const px = ((x - shown.x) * flip) / half;
    const py = (y - shown.y) / half;
    const u = (px * cos + py * sin) / facing;
    if (u < -1.1 || u > 1.05) return;
    const bend = 0.075 * Math.sin(shown.phase - u * 2.3) * (1 - u) * 0.6;
    const v = (-px * sin + py * cos - bend) / fish.school.deep;
    const cover = Math.min(1, Math.max(0, outline(u, v) / soft + 0.5));
    if (cover > 0) blend(frame, at, shadeFish(tones, u, v, half), cover);
  });
}

// Signed distance-like value, positive inside, in half lengths.
function outline(u, v) {
  const q = (u + 0.66) / 1.66;
  const side = Math.abs(v);
  let inside = -1;
  if (q >= 0 && q <= 1) inside = 0.62 * q ** 0.85 * (1 - q) ** 0.62 + 0.045 * (1 - q) - side;
  const tail = (-0.52 - u) / 0.48;
  if (tail >= 0 && tail <= 1.05) {
    const fork = tail > 0.45 ? (tail - 0.45) * 0.42 : -1;
    inside = Math.max(inside, Math.min(0.04 + 0.3 * tail - side, side - fork, 1.03 - tail));
  }
  const fin = (u + 0.34) / 0.84;
  if (fin > 0 && fin < 1 && v < 0) {
    inside = Math.max(
      inside,
      0.23 + 0.17 * Math.sin(fin ** 0.8 * Math.PI) * (1 - fin * 0.4) - side,
    );
  }
  return inside;
}

function paintTones(fish, shown, height) {
  const { school } = fish;
  const haze = Math.min(0.9, Math.max(0, school.haze + (shown.z - school.z) * 0.42));
  const water = waterTint(shown.y / height);
  const veil = (tone) => tone.map((value, c) => value + (water[c] - value) * haze);
  const lamp = 1.12 - 0.4 * (shown.y / height);
  const body = school.body.map((pair) => pair[0] + (pair[1] - pair[0]) * fish.hue);
  return {
    back: veil(body.map((value) => value * 0.62 * lamp)),
    flank: veil(body.map((value) => Math.min(1, value * lamp))),
    belly: veil(school.belly.map((value) => Math.min(1, value * lamp))),
    band: veil(school.band.map((value) => value * lamp)),
    fin: veil(school.fin.map((value) => value * lamp)),
    eye: veil([0.02, 0.03, 0.05]),
    white: veil([0.98, 0.93, 0.7]),
    striped: school.striped,
    deep: school.deep,
  };
}

function shadeFish(tones, u, v, half) {
  if (half > 11) {
    const eye = Math.hypot(u - 0.66, (v + 0.06) * tones.deep);
    if (eye < 0.048) return tones.eye;
    if (eye < 0.068) return tones.white;
  }
  if (u < -0.6 || v < -0.31) return tones.fin;
  if (tones.striped) {
    if (Math.abs(u - 0.32) < 0.075 || Math.abs(u + 0.2) < 0.065) return tones.band;
  } else if (Math.abs(v - 0.01) < 0.045 && u < 0.45) {
    return tones.band;
  }
  const share = Math.min(1, Math.max(0, (v + 0.22) / 0.46));
  const [from, to, at] =
    share < 0.5 ? [tones.back, tones.flank, share * 2] : [tones.flank, tones.belly, share * 2 - 1];
  return [0, 1, 2].map((c) => from[c] + (to[c] - from[c]) * at);
}

function eachPixel(width, height, cx, cy, rx, ry, visit) {
  const bottom = Math.min(height - 1, Math.ceil(cy + ry));
  const right = Math.min(width - 1, Math.ceil(cx + rx));
  for (let y = Math.max(0, Math.floor(cy - ry)); y <= bottom; y += 1) {
    for (let x = Math.max(0, Math.floor(cx - rx)); x <= right; x += 1) {
      visit(x, y, (y * width + x) * 3);
    }
  }
}

// Lengths are shares of the frame's height, laps are whole turns in one loop.
const SCHOOLS = [
  {
    count: 70,
    x: 0.56,
    y: 0.33,
    z: 1.15,
    rx: 0.5,
    rz: 0.35,
    laps: 1,
    sense: -1,
    shift: 2.2,
    trail: 0.8,
    lane: 0.22,
    thick: 0.13,
    size: 0.052,
    beat: 70,
    haze: 0.62,
    striped: false,
    deep: 0.95,
    body: [
      [0.35, 0.5],
      [0.68, 0.8],
      [0.82, 0.9],
    ],
    belly: [0.8, 0.95, 1],
    band: [0.75, 0.95, 1],
    fin: [0.4, 0.7, 0.82],
  },
  {
    count: 84,
    x: 0.5,
    y: 0.5,
    z: 0.62,
    rx: 0.31,
    rz: 0.4,
    laps: 2,
    sense: 1,
    shift: 0.4,
    trail: 1.7,
    lane: 0.3,
    thick: 0.2,
    size: 0.086,
    beat: 62,
    haze: 0.2,
    striped: false,
    deep: 1,
    body: [
      [1, 0.98],
      [0.5, 0.72],
      [0.24, 0.2],
    ],
    belly: [1, 0.93, 0.74],
    band: [1, 0.97, 0.86],
    fin: [0.93, 0.42, 0.22],
  },
  {
    count: 6,
    x: 0.5,
    y: 0.62,
    z: 0.46,
    rx: 0.46,
    rz: 0.3,
    laps: 1,
    sense: -1,
    shift: 5.2,
    trail: 1.5,
    lane: 0.16,
    thick: 0.16,
    size: 0.135,
    beat: 38,
    haze: 0.1,
    striped: true,
    deep: 1.75,
    body: [
      [0.98, 1],
      [0.82, 0.9],
      [0.3, 0.42],
    ],
    belly: [1, 0.98, 0.82],
    band: [0.07, 0.12, 0.24],
    fin: [0.98, 0.72, 0.16],
  },
];
