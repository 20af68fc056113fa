/** The look of the player: quiet over the picture, legible in light and dark. */

export const STYLE = /* css */ `
:host {
  --accent: var(--shoal-accent, #2dd4bf);
  display: flex;
  flex-direction: column;
  position: relative;
  background: #05121c;
  color: #eef6f8;
  font: 500 14px/1.4 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
  container-type: inline-size;
  overflow: hidden;
}
:host([hidden]) { display: none; }
media-controller {
  --media-background-color: transparent;
  --media-control-background: transparent;
  --media-control-hover-background: rgb(255 255 255 / 0.12);
  --media-primary-color: #fff;
  --media-range-bar-color: var(--accent);
  --media-range-track-background: rgb(255 255 255 / 0.28);
  --media-range-track-height: 3px;
  --media-range-thumb-background: #fff;
  --media-font-family: inherit;
  --media-tooltip-display: none;
  flex: 1 1 auto;
  width: 100%;
  min-height: 0;
  aspect-ratio: 16 / 9;
}
media-controller:not(:defined) { display: block; }
media-controller:not(:defined) > :not(video) { display: none; }
video { display: block; width: 100%; height: 100%; object-fit: contain; }
media-control-bar {
  width: 100%;
  padding: 24px 8px 4px;
  background: linear-gradient(transparent, rgb(2 12 20 / 0.72));
}
media-live-button { padding-inline: 8px; font-size: 12px; letter-spacing: 0.04em; }
media-live-button[mediatimeislive] { --media-live-button-indicator-color: #f87171; }
.spacer { flex: 1; }
@container (max-width: 420px) {
  media-volume-range, media-time-display { display: none; }
}
:host([minimal]) .chip { display: none; }
:host([minimal]) media-control-bar { padding-block: 12px 0; }
:host([minimal]) media-volume-range, :host([minimal]) media-pip-button { display: none; }

.busy {
  display: none;
  position: absolute;
  inset: 0;
  width: 44px;
  height: 44px;
  margin: auto;
  border: 3px solid rgb(255 255 255 / 0.25);
  border-top-color: #fff;
  border-radius: 50%;
  animation: turn 1.2s steps(10) infinite;
  pointer-events: none;
}
:host([busy]) .busy { display: block; }
:host([busy='still']) .busy { animation: none; }
@keyframes turn { to { transform: rotate(1turn); } }

.chip {
  position: absolute;
  inset: 10px 10px auto auto;
  display: inline-flex;
  align-items: center;
  gap: 7px;
  padding: 5px 11px;
  border: 1px solid rgb(255 255 255 / 0.16);
  border-radius: 999px;
  background: rgb(4 20 31 / 0.78);
  color: inherit;
  font: inherit;
  font-size: 12px;
  font-variant-numeric: tabular-nums;
  cursor: pointer;
  transition: background 0.15s, opacity 0.2s;
}
.chip:hover, .chip[aria-expanded='true'] { background: rgb(4 20 31 / 0.9); }
.chip .dot { width: 7px; height: 7px; border-radius: 50%; background: #94a3b8; }
.chip.on .dot { background: var(--accent); box-shadow: 0 0 0 3px rgb(45 212 191 / 0.22); }
:is(button, .chip):focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }

.card {
  position: absolute;
  inset: 46px 10px auto auto;
  width: min(270px, calc(100% - 20px));
  box-sizing: border-box;
  padding: 14px;
  border: 1px solid rgb(255 255 255 / 0.14);
  border-radius: 14px;
  background: rgb(4 20 31 / 0.96);
  box-shadow: 0 12px 36px rgb(0 0 0 / 0.4);
  font-size: 13px;
}
.card dl { display: grid; grid-template-columns: 1fr auto; gap: 4px 12px; margin: 0 0 10px; }
.card dt { color: #9fb4c0; }
.card dd { margin: 0; font-variant-numeric: tabular-nums; }
.card p { margin: 0 0 12px; color: #9fb4c0; line-height: 1.45; }

.ask {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 8px 14px;
  padding: 9px 14px;
  background: #0b2230;
  color: #dcebf0;
}
.ask p { flex: 1 1 260px; margin: 0; }
.choices { display: flex; flex: 0 1 auto; gap: 8px; }
.button {
  flex: 1 0 auto;
  min-width: 104px;
  padding: 7px 14px;
  border: 1px solid rgb(255 255 255 / 0.24);
  border-radius: 9px;
  background: rgb(255 255 255 / 0.07);
  color: inherit;
  font: inherit;
  font-size: 13px;
  cursor: pointer;
}
.button:hover { background: rgb(255 255 255 / 0.16); }
.card .button { width: 100%; }
@container (max-width: 460px) {
  .choices { flex: 1 1 100%; }
}
.fault {
  position: absolute;
  inset: auto 0 64px;
  margin: 0 auto;
  width: fit-content;
  max-width: 84%;
  padding: 8px 14px;
  border-radius: 10px;
  background: rgb(4 20 31 / 0.88);
  font-size: 13px;
}
@media (prefers-color-scheme: light) {
  .ask { background: #f2f7f9; color: #12303f; border-bottom: 1px solid #d7e4ea; }
  .ask .button { border-color: #b7cbd5; background: #fff; }
  .ask .button:hover { background: #e6f0f4; }
}
@media (prefers-reduced-motion: reduce) { .chip { transition: none; } }
[hidden] { display: none !important; }
`;
