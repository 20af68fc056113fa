/**
 * `<shoal-player>`: a player that asks before it shares. Importing this file defines the element.
 */
export { ShoalPlayer } from './shoal-player.js';
