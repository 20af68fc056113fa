// Draws the water of the bundled clip: light, rays, sand and kelp, all periodic over one loop.

const TAU = Math.PI * 2;
const COARSE = 4;

/** Fill `frame` (RGB float, 0..1) with the water at `theta`, the loop's angle in radians. */
export function drawWater(frame, width, height, theta) {
  const columns = width / COARSE + 2;
  const rows = height / COARSE + 2;
  const coarse = new Float32Array(columns * rows * 3);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const at = (row * columns + column) * 3;
      shadeWater(coarse, at, (column * COARSE) / width, (row * COARSE) / height, theta);
    }
  }
  enlarge(coarse, columns, frame, width, height);
}

/** The colour of open water at depth `y` (0 top, 1 bottom), which distant things fade into. */
export function waterTint(y) {
  const depth = Math.min(1, Math.max(0, y));
  return [
    mix(0.07, 0.012, depth ** 0.7),
    mix(0.5, 0.085, depth ** 0.75),
    mix(0.66, 0.2, depth ** 0.8),
  ];
}

/** Sand dunes along the floor, lit by slow caustics. */
export function drawFloor(frame, width, height, theta) {
  for (const dune of DUNES) {
    for (let x = 0; x < width; x += 1) {
      const u = x / width;
      const crest = height * (dune.y + dune.swell * Math.sin(u * dune.k + dune.shift));
      for (let y = Math.max(0, Math.floor(crest)); y < height; y += 1) {
        const cover = Math.min(1, y - crest + 1) * dune.cover;
        const near = (y - crest) / (height - crest + 1);
        const ripple =
          Math.sin(u * 34 + near * 5 + 2 * Math.sin(theta + u * 7)) *
          Math.sin(u * 21 - near * 9 - 2 * theta);
        const light = (0.8 + 0.2 * ripple) * (1 - 0.5 * near);
        const tone = [dune.tone[0] * light, dune.tone[1] * light, dune.tone[2] * light];
        blend(frame, (y * width + x) * 3, tone, cover);
      }
    }
  }
}

/** Kelp that sways with the swell; `near` chooses the dark front row or the hazy back row. */
export function drawKelp(frame, width, height, theta, near) {
  for (const plant of KELP) {
    if (plant.near === near) drawPlant(frame, width, height, theta, plant);
  }
}

/** Mix `tone` into one pixel. */
export function blend(frame, at, tone, cover) {
  frame[at] += (tone[0] - frame[at]) * cover;
  frame[at + 1] += (tone[1] - frame[at + 1]) * cover;
  frame[at + 2] += (tone[2] - frame[at + 2]) * cover;
}

function shadeWater(out, at, x, y, theta) {
  const tint = waterTint(y);
  const lampX = 0.36 + 0.03 * Math.sin(theta);
  const angle = Math.atan2(x - lampX, y + 0.42);
  const rays =
    Math.sin(angle * 17 + theta) * 0.4 +
    Math.sin(angle * 29 - theta * 2 + 1.3) * 0.3 +
    Math.sin(angle * 11 + theta * 2 + 4) * 0.3;
  const beam = Math.max(0, rays) ** 1.5 * Math.exp(-y * 2.1) * Math.exp(-(angle * angle) * 1.6);
  const glow = Math.exp(-((x - lampX) ** 2 * 5 + (y + 0.08) ** 2 * 7));
  const edge = 1 - 0.38 * (Math.abs(x - 0.5) * 2) ** 2.4;
  out[at] = (tint[0] + 0.28 * glow + 0.1 * beam) * edge;
  out[at + 1] = (tint[1] + 0.34 * glow + 0.26 * beam) * edge;
  out[at + 2] = (tint[2] + 0.26 * glow + 0.26 * beam) * edge;
}

function enlarge(coarse, columns, frame, width, height) {
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor(y / COARSE);
    const fy = y / COARSE - row;
    for (let x = 0; x < width; x += 1) {
      const column = Math.floor(x / COARSE);
      const fx = x / COARSE - column;
      const a = (row * columns + column) * 3;
      const b = a + columns * 3;
      const at = (y * width + x) * 3;
      for (let c = 0; c < 3; c += 1) {
        const top = coarse[a + c] * (1 - fx) + coarse[a + 3 + c] * fx;
        const low = coarse[b + c] * (1 - fx) + coarse[b + 3 + c] * fx;
        frame[at + c] = top * (1 - fy) + low * fy;
      }
    }
  }
}

function drawPlant(frame, width, height, theta, plant) {
  const foot = height * plant.foot;
  const length = height * plant.length;
  for (let y = Math.floor(foot - length); y < Math.min(height, foot); y += 1) {
    const rise = (foot - y) / length;
    const sway = Math.sin(theta * 4 + plant.shift - rise * 2.6) * 0.018 * rise;
    const lean = Math.sin(theta * 2 + plant.shift) * 0.022 * rise * rise + plant.lean * rise;
    const centre = width * (plant.x + sway + lean);
    const leaf = Math.sin(rise * plant.leaves * TAU + plant.shift);
    const taper = Math.min(1, (1 - rise) * 7);
    const left = centre - width * plant.girth * taper * (0.3 + 0.7 * Math.max(0, leaf) ** 0.7);
    const right = centre + width * plant.girth * taper * (0.3 + 0.7 * Math.max(0, -leaf) ** 0.7);
    const tone = plant.tone.map((value) => value * (0.7 + 0.75 * rise));
    for (let x = Math.max(0, Math.floor(left)); x <= Math.min(width - 1, right + 1); x += 1) {
      const cover = Math.min(1, x + 1 - left, right + 1 - x);
      if (cover > 0) blend(frame, (y * width + x) * 3, tone, cover * plant.cover);
    }
  }
}

function mix(a, b, share) {
  return a + (b - a) * share;
}

const DUNES = [
  { y: 0.86, swell: 0.022, k: 5.2, shift: 0.6, tone: [0.09, 0.31, 0.42], cover: 0.7 },
  { y: 0.925, swell: 0.026, k: 4.1, shift: 3.4, tone: [0.15, 0.31, 0.36], cover: 0.92 },
];

const KELP = [
  ...[0.05, 0.085, 0.12, 0.63, 0.9, 0.94, 0.975].map((x, index) => ({
    near: false,
    x,
    foot: 0.9,
    length: [0.42, 0.56, 0.36, 0.24, 0.44, 0.62, 0.5][index],
    lean: [0.02, 0.03, 0.035, 0.01, -0.01, -0.025, -0.02][index],
    leaves: 5 + (index % 3),
    girth: 0.011,
    shift: index * 1.9,
    tone: [0.03, 0.2, 0.26],
    cover: 0.6,
  })),
  ...[0.012, 0.16, 0.84, 0.99].map((x, index) => ({
    near: true,
    x,
    foot: 1.02,
    length: [0.62, 0.3, 0.26, 0.52][index],
    lean: [0.03, 0.02, -0.02, -0.02][index],
    leaves: [7, 4, 4, 6][index],
    girth: 0.017,
    shift: index * 2.3 + 0.7,
    tone: [0.012, 0.1, 0.12],
    cover: 0.96,
  })),
];
