/** The demo page: viewers, the swarm between them, and buttons that try to break it. */
import { render } from 'preact';
import { Chart } from './chart.js';
import { percentText, rateText } from './figures.js';
import { SwarmMap } from './swarm-map.js';
import { ViewerCard } from './viewer-card.js';
import {
  add,
  begin,
  type Channel,
  channel,
  cutEdge,
  edgeCut,
  figures,
  notice,
  VIEWERS_MAX,
  viewers,
  watch,
} from './viewers.js';

function Page() {
  return (
    <>
      <header>
        <div class="brand">
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <path d="M3 16c5-8 14-8 19-2l6-5v14l-6-5c-5 6-14 6-19-2z" />
          </svg>
          <span>Shoal</span>
        </div>
        <p>One stream from the edge, carried by the people who watch it.</p>
        <nav aria-label="Channel">
          <Tab name="live" text="Live" />
          <Tab name="clip" text="On demand" />
        </nav>
      </header>
      <main>
        <section class="overview">
          <Summary />
          <SwarmMap />
          <Chart />
        </section>
        <section class="stage">
          <div class="bar">
            <h2>{viewers.value.length === 1 ? '1 viewer' : `${viewers.value.length} viewers`}</h2>
            <button type="button" onClick={add} disabled={viewers.value.length >= VIEWERS_MAX}>
              Add a viewer
            </button>
            <button
              type="button"
              class={edgeCut.value ? 'danger on' : 'danger'}
              aria-pressed={edgeCut.value}
              onClick={() => cutEdge(!edgeCut.value)}
            >
              {edgeCut.value ? 'Restore the edge' : 'Cut the edge'}
            </button>
          </div>
          {notice.value !== '' && <p role="alert">{notice.value}</p>}
          {edgeCut.value && (
            <p class="state">
              The edge answers nothing. Viewers play on from what they hold and pass on; new
              segments come again when it is back.
            </p>
          )}
          <div class="grid">
            {viewers.value.map((viewer) => (
              <ViewerCard key={viewer.id} viewer={viewer} />
            ))}
          </div>
        </section>
      </main>
    </>
  );
}

function Tab({ name, text }: { name: Channel; text: string }) {
  const current = channel.value === name;
  return (
    <button type="button" aria-pressed={current} onClick={() => watch(name)}>
      {text}
    </button>
  );
}

function Summary() {
  const { offload, limit, copies, edgeRate, peerRate } = figures.value;
  return (
    <dl class="summary">
      <div class="lead">
        <dt>Offload, last 20 seconds</dt>
        <dd>{percentText(offload)}</dd>
        <p>
          limit for {viewers.value.length} viewers: {percentText(limit)}
        </p>
      </div>
      <div>
        <dt>Copies sent</dt>
        <dd>{copies === undefined ? '–' : copies.toFixed(2)}</dd>
        <p>without peers: {viewers.value.length}</p>
      </div>
      <div>
        <dt>Edge</dt>
        <dd>{rateText(edgeRate)}</dd>
        <p>viewers give {rateText(peerRate)}</p>
      </div>
    </dl>
  );
}

begin();
render(<Page />, document.querySelector('#app')!);
