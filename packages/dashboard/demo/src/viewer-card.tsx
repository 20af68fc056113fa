/** One viewer: its player, where its bytes come from, and what can be done to it. */
import { percentText } from './figures.js';
import { channel, frameReady, poison, remove, replace, type Viewer } from './viewers.js';

export function ViewerCard({ viewer }: { viewer: Viewer }) {
  const { id, poisoned, reading } = viewer;
  const all = (reading?.http ?? 0) + (reading?.p2p ?? 0);
  const share = all > 0 ? (reading?.p2p ?? 0) / all : undefined;
  return (
    <article class={poisoned ? 'card poisoned' : 'card'}>
      <iframe
        ref={(frame) => frameReady(id, frame)}
        src={`watch/${channel.value}?minimal&viewer=${id}`}
        title={`Viewer ${id}`}
        allow="autoplay; fullscreen"
      />
      <div class="share" aria-hidden="true">
        <span style={{ width: `${(share ?? 0) * 100}%` }} />
      </div>
      <div class="facts">
        <h3>Viewer {id}</h3>
        <p>{poisoned ? 'Sends corrupt pieces; nobody plays them' : sentence(viewer, share)}</p>
        <div class="actions">
          {poisoned ? (
            <button type="button" onClick={() => replace(id)}>
              Replace
            </button>
          ) : (
            <button type="button" onClick={() => poison(id)}>
              Poison
            </button>
          )}
          <button type="button" onClick={() => remove(id)} aria-label={`Remove viewer ${id}`}>
            Remove
          </button>
        </div>
      </div>
    </article>
  );
}

function sentence({ reading }: Viewer, share: number | undefined): string {
  if (reading === undefined) return 'Starting…';
  if (reading.peers === 0) return reading.why;
  const caught = reading.corrupt > 0 ? ` · ${reading.corrupt} corrupt refused` : '';
  const viewers = reading.peers === 1 ? '1 viewer' : `${reading.peers} viewers`;
  return `${percentText(share)} from ${viewers}${caught}`;
}
