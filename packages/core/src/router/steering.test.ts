import { expect, it } from 'vitest';
import { PATHWAYS_MAX, steeringManifest } from './steering.js';

const order = { baseId: 'base', ttlSec: 10, reloadUri: 'https://r.example/steer?t=x' };

it('names pathways in order, and clones those that a manifest does not know', () => {
  const pathways = [
    { id: 'o1', host: 'o1.example:8080' },
    { id: 'base', host: undefined },
  ];
  expect(JSON.parse(steeringManifest({ ...order, pathways }))).toEqual({
    VERSION: 1,
    TTL: 10,
    'RELOAD-URI': 'https://r.example/steer?t=x',
    'PATHWAY-PRIORITY': ['o1', 'base'],
    'PATHWAY-CLONES': [
      { 'BASE-ID': 'base', ID: 'o1', 'URI-REPLACEMENT': { HOST: 'o1.example:8080' } },
    ],
  });
});

it('clones nothing where manifests name all', () => {
  const pathways = [{ id: 'o1', host: 'o1.example' }];
  const text = steeringManifest({ ...order, baseId: undefined, pathways });
  expect(text).not.toContain('CLONES');
  const only = steeringManifest({ ...order, pathways: [{ id: 'base', host: undefined }] });
  expect(only).not.toContain('CLONES');
});

it('names no more than a player tries', () => {
  const pathways = Array.from({ length: 20 }, (_, i) => ({ id: `e${i}`, host: `e${i}.example` }));
  const told = JSON.parse(steeringManifest({ ...order, pathways })) as Record<string, unknown[]>;
  expect(told['PATHWAY-PRIORITY']).toHaveLength(PATHWAYS_MAX);
  expect(told['PATHWAY-CLONES']).toHaveLength(PATHWAYS_MAX);
});
