/** Who feeds whom, drawn from the bytes that moved in the last second. */
import { type Viewer, viewers } from './viewers.js';

const [WIDTH, HEIGHT] = [560, 372];
const EDGE = { x: WIDTH / 2, y: 44 };

interface Point {
  readonly x: number;
  readonly y: number;
}

export function SwarmMap() {
  const shown = viewers.value;
  const places = new Map(shown.map((viewer, index) => [viewer.id, place(index, shown.length)]));
  const byPeer = new Map(shown.map((viewer) => [viewer.reading?.self, viewer.id]));
  return (
    <svg class="map" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="Who feeds whom">
      {shown.map((viewer) => (
        <Flows key={viewer.id} viewer={viewer} places={places} byPeer={byPeer} />
      ))}
      <g class="node edge">
        <rect x={EDGE.x - 42} y={EDGE.y - 20} width="84" height="40" rx="12" />
        <text x={EDGE.x} y={EDGE.y + 5}>
          Edge
        </text>
      </g>
      {shown.map((viewer) => (
        <Node key={viewer.id} viewer={viewer} at={places.get(viewer.id) ?? EDGE} />
      ))}
    </svg>
  );
}

function Flows(props: {
  viewer: Viewer;
  places: ReadonlyMap<number, Point>;
  byPeer: ReadonlyMap<string | undefined, number>;
}) {
  const { viewer, places, byPeer } = props;
  const to = places.get(viewer.id) ?? EDGE;
  return (
    <g>
      {viewer.edge > 0 && <Flow from={EDGE} to={to} bytes={viewer.edge} kind="edge" />}
      {[...viewer.peers].map(([peer, bytes]) => {
        const from = places.get(byPeer.get(peer) ?? -1);
        return from && <Flow key={peer} from={from} to={to} bytes={bytes} kind="peer" />;
      })}
    </g>
  );
}

/** A bent line, so that the two directions between a pair do not hide each other. */
function Flow({ from, to, bytes, kind }: { from: Point; to: Point; bytes: number; kind: string }) {
  const bend = 0.14;
  const mid = {
    x: (from.x + to.x) / 2 + (to.y - from.y) * bend,
    y: (from.y + to.y) / 2 - (to.x - from.x) * bend,
  };
  const width = 1.2 + Math.min(4.2, bytes / 40_000);
  const path = `M${from.x} ${from.y}Q${mid.x} ${mid.y} ${to.x} ${to.y}`;
  return <path class={`flow ${kind}`} d={path} style={{ strokeWidth: `${width}px` }} />;
}

function Node({ viewer, at }: { viewer: Viewer; at: Point }) {
  const { reading } = viewer;
  const all = (reading?.http ?? 0) + (reading?.p2p ?? 0);
  const share = all > 0 ? (reading?.p2p ?? 0) / all : 0;
  const round = 2 * Math.PI * 22;
  return (
    <g class={viewer.poisoned ? 'node viewer poisoned' : 'node viewer'}>
      <circle cx={at.x} cy={at.y} r="22" />
      <circle
        class="ring"
        cx={at.x}
        cy={at.y}
        r="22"
        stroke-dasharray={`${share * round} ${round}`}
        transform={`rotate(-90 ${at.x} ${at.y})`}
      />
      <text x={at.x} y={at.y + 5}>
        {viewer.id}
      </text>
    </g>
  );
}

/** Viewers sit on the lower arc of an ellipse, the edge above them. */
function place(index: number, count: number): Point {
  const step = count > 1 ? index / (count - 1) : 0.5;
  const angle = Math.PI * (1.06 - step * 1.12);
  return { x: WIDTH / 2 + Math.cos(angle) * 222, y: 142 + Math.sin(angle) * 184 };
}
