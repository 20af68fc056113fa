// Renders one frame of the bundled clip: a school of fish over a kelp bed.

import { drawBubbles, drawFish, makeBubbles, makeSchools } from './fish.mjs';
import { drawFloor, drawKelp, drawWater } from './water.mjs';

/**
 * A function from a place in the loop (0 ≤ share < 1) to packed RGB bytes; same bytes every run.
 */
export function makeScene(width, height) {
  const random = seeded(20);
  const swimmers = makeSchools(random);
  const bubbles = makeBubbles(random);
  const light = new Float32Array(width * height * 3);
  return (share) => {
    const theta = share * Math.PI * 2;
    drawWater(light, width, height, theta);
    drawKelp(light, width, height, theta, false);
    drawFloor(light, width, height, theta);
    drawFish(light, width, height, theta, swimmers);
    drawBubbles(light, width, height, theta, bubbles);
    drawKelp(light, width, height, theta, true);
    return quantise(light);
  };
}

function quantise(light) {
  const bytes = new Uint8ClampedArray(light.length);
  for (let index = 0; index < light.length; index += 1) bytes[index] = light[index] * 255;
  return new Uint8Array(bytes.buffer);
}

function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
