/** The player's markup, made once and cloned for each element. */
import { STYLE } from './style.js';

const MARKUP = /* html */ `
<media-controller part="controller">
  <video slot="media" part="video" playsinline></video>
  <media-control-bar>
    <media-play-button></media-play-button>
    <media-mute-button></media-mute-button>
    <media-volume-range></media-volume-range>
    <media-live-button hidden></media-live-button>
    <media-time-display showduration hidden></media-time-display>
    <media-time-range hidden></media-time-range>
    <span class="spacer"></span>
    <media-pip-button></media-pip-button>
    <media-fullscreen-button></media-fullscreen-button>
  </media-control-bar>
</media-controller>
<div class="busy" role="status" aria-label="Loading"></div>
<button class="chip" part="chip" type="button" aria-expanded="false" hidden>
  <span class="dot"></span><span class="count"></span>
</button>
<section class="card" aria-label="Sharing" hidden>
  <dl>
    <dt>Sent to other viewers</dt><dd class="sent"></dd>
    <dt>Received from viewers</dt><dd class="received"></dd>
    <dt>Received from the edge</dt><dd class="edge"></dd>
    <dt>Viewers connected</dt><dd class="peers"></dd>
  </dl>
  <p class="why"></p>
  <button class="button toggle" type="button"></button>
</section>
<p class="fault" role="alert" hidden></p>
<section class="ask" part="ask" aria-label="Sharing" hidden>
  <p>Pass this stream on to other viewers? They would see your IP address.</p>
  <div class="choices">
    <button class="button refuse" type="button">No, thanks</button>
    <button class="button grant" type="button">Yes, share</button>
  </div>
</section>
`;

let made: HTMLTemplateElement | undefined;

export function playerTemplate(): DocumentFragment {
  made ??= make();
  return made.content.cloneNode(true) as DocumentFragment;
}

function make(): HTMLTemplateElement {
  const template = document.createElement('template');
  template.innerHTML = `<style>${STYLE}</style>${MARKUP}`;
  return template;
}
